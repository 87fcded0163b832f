import CommandSupport
import TaskQueue

/// Where entries are read from: the settings, `beat.d` beside them, and a crontab file.
enum EntrySource {
    /// What a beat goes by.
    ///
    /// - Throws: ``CommandError`` with status 78 if there is no entry at all, or one is wrong.
    static func configuration(
        _ arguments: ParsedArguments,
        _ settings: Settings
    ) throws(CommandError) -> BeatConfiguration {
        var settings = settings
        do throws(SettingsError) { try BeatFolder.addEntries(to: &settings) } catch {
            throw CommandError(error)
        }
        var entries = settings.beatSchedule
        if let file = arguments.value("crontab") {
            entries += try crontab(file, besides: entries)
        }
        guard !entries.isEmpty else {
            throw CommandError(
                .badConfiguration,
                "there is nothing to send: add [beat_schedule.NAME] to "
                    + "\(settings.file ?? "tq.toml"), or name a file with --crontab"
            )
        }
        return BeatConfiguration(
            entries: entries,
            zone: settings.timezone ?? .system,
            messages: BeatMessages(settings)
        )
    }

    private static func crontab(
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
