internal import TaskQueue
internal import TaskSchedules

/// Values that say when to send tasks, and with what.
extension SettingsItem {
    /// A schedule's text, or the seconds of an interval, as Celery has them.
    func schedule(_ semantics: CrontabSemantics) throws(SettingsError) -> Schedule {
        do throws(ScheduleError) {
            switch value.content {
            case .string(let text): return try Schedule(text, semantics: semantics)
            case .integer, .float: return .interval(try Interval(every: intervalLength()))
            default: break
            }
        } catch {
            throw badValue(error.description)
        }
        throw wrongType("a schedule, or the seconds of an interval")
    }

    private func intervalLength() throws(ScheduleError) -> Duration {
        do throws(SettingsError) { return try duration() } catch {
            throw .badInterval("\(value.content)", reason: "write the seconds between two firings")
        }
    }

    /// An instant, with an offset or on the clocks of a zone.
    func instant(in zone: LocalTimeZone) throws(SettingsError) -> Timestamp {
        let text: String
        switch value.content {
        case .string(let value), .dateTime(let value): text = value
        default: throw wrongType("a time")
        }
        do throws(TimeTextError) { return try TimeText.parse(text, in: zone) } catch {
            throw badValue(error.description)
        }
    }

    /// One of a few words.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ type: Choice.Type
    ) throws(SettingsError) -> Choice {
        let text = try text()
        guard let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map { "\"\($0.rawValue)\"" }
            throw badValue(
                "\"\(text)\" is not one of "
                    + words.dropLast().joined(separator: ", ") + " and " + (words.last ?? "")
            )
        }
        return choice
    }

    /// The value as JSON of a kind, or that JSON as text, which has null and numbers to any digit.
    func json(_ kind: JSONText.Kind, _ expected: String) throws(SettingsError) -> JSONText {
        guard case .string(let text) = value.content else {
            let json = try json()
            guard json.kind == kind else { throw wrongType(expected) }
            return json
        }
        let sentence = "expected \(expected), or the JSON of one as a string"
        let json: JSONText
        do throws(JSONError) { json = try JSONText(text.utf8) } catch {
            throw badValue("\(sentence): \(error)")
        }
        guard json.kind == kind else { throw badValue(sentence) }
        return json
    }

    /// The value as JSON, which has no dates and no infinity.
    func json() throws(SettingsError) -> JSONText {
        var writer = JSONWriter()
        try write(value, to: &writer)
        return JSONText(wellFormed: writer.bytes)
    }

    private func write(_ value: TOMLValue, to writer: inout JSONWriter) throws(SettingsError) {
        switch value.content {
        case .string(let text): writer.value(text)
        case .integer(let number): writer.value(Int(number))
        case .boolean(let isTrue): writer.value(isTrue)
        case .float(let number):
            guard number.isFinite else { throw bad(value, "JSON has no \(number)") }
            writer.value(number)
        case .dateTime(let text):
            throw bad(value, "JSON has no dates: write \"\(text)\" with quotes")
        case .array(let elements):
            writer.beginArray()
            for element in elements { try write(element, to: &writer) }
            writer.endArray()
        case .table(let table):
            writer.beginObject()
            for entry in table.entries {
                writer.key(entry.key)
                try write(entry.value, to: &writer)
            }
            writer.endObject()
        }
    }

    /// At the line of a value within this one.
    private func bad(_ value: TOMLValue, _ reason: String) -> SettingsError {
        .badValue(
            SettingsPlace(file: place.file, line: value.line, key: place.key),
            reason: reason
        )
    }
}
