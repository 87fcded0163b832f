internal import TaskQueue

/// Values that mean more than their TOML type.
extension SettingsItem {
    /// A number of seconds, or a text such as `1h30m`; never below zero.
    func duration() throws(SettingsError) -> Duration {
        do throws(DurationTextError) {
            switch value.content {
            case .string(let text): return try DurationText.parse(text)
            case .integer(let seconds): return try DurationText.parse(String(seconds))
            case .float(let seconds): return try DurationText.parse(seconds: seconds)
            default: break
            }
        } catch {
            throw badValue(error.description)
        }
        throw wrongType("a number of seconds or a duration")
    }

    /// An absolute path; a relative one starts from the settings file's folder.
    func path() throws(SettingsError) -> String {
        let path = try text()
        return path.isAbsolutePath ? path : "\(folder == "/" ? "" : folder)/\(path)"
    }

    func queueName() throws(SettingsError) -> QueueName {
        let name = try text()
        guard let queue = QueueName(name) else {
            let isTaken = QueueName.isTaken(name)
            throw badValue(
                isTaken ? QueueName.objection(name) : "a queue's name has no control characters"
            )
        }
        return queue
    }

    func timeZone() throws(SettingsError) -> LocalTimeZone {
        let name = try text()
        do throws(TimeZoneError) {
            return try LocalTimeZone(named: name)
        } catch {
            throw badValue(error.description)
        }
    }
}
