package import CommandSupport
package import TaskBeat
internal import TaskQueue
internal import TaskSchedules
package import TaskSettings

/// Where entries are read from: the settings, `beat.d` beside them, and a crontab file.
package enum BeatEntrySource {
    /// Reads all entries.
    ///
    /// - Parameters:
    ///   - settings: as they were read.
    ///   - crontab: the path of a crontab file; `nil`: none.
    /// - Returns: the entries of a beat, and how they are sent; possibly none.
    /// - Throws: ``CommandError`` with status 78 if one is wrong.
    package static func configuration(
        _ settings: Settings,
        crontab: String? = nil
    ) throws(CommandError) -> BeatConfiguration {
        var settings = settings
        do throws(SettingsError) { try BeatFolder.addEntries(to: &settings) } catch {
            throw CommandError(error)
        }
        var entries = settings.beatSchedule
        if let crontab {
            entries += try read(crontab, besides: entries)
        }
        return BeatConfiguration(
            entries: entries,
            zone: settings.timezone ?? .system,
            messages: BeatMessages(settings.taskDefaults)
        )
    }

    /// The error if there are no entries at all, not even live ones.
    package static func nothingToSend(_ settings: Settings) -> CommandError {
        CommandError(
            .badConfiguration,
            "there is nothing to send: add [beat_schedule.NAME] to \(settings.file ?? "tq.toml"), "
                + "name a file with tq-beat --crontab, or add an entry with tq-ctl beat add"
        )
    }

    private static func read(
        _ file: String,
        besides others: [BeatEntry]
    ) throws(CommandError) -> [BeatEntry] {
        let entries: [BeatEntry]
        do throws(CrontabFileError) { entries = try CrontabFile.read(file) } catch {
            throw CommandError(.badConfiguration, error.description)
        }
        let names = Set(others.map(\.name))
        guard let double = entries.first(where: { names.contains($0.name) }) else { return entries }
        throw CommandError(
            .badConfiguration,
            "\(double.place.file):\(double.place.line): the settings have an entry of that name"
        )
    }
}
