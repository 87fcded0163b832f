internal import CommandLineOptions
import CommandSupport
import TaskBeat
import TaskQueue
import TaskSettings

/// Reads what `tq-ctl beat add` is to add, from the command line or from a file.
enum EntryDrafts {
    /// - Throws: ``CommandError`` with status 64 for what stands on the command line, 65 or 74 for a file.
    static func read(
        _ arguments: ParsedArguments,
        _ settings: Settings
    ) throws(CommandError) -> [LiveDraft] {
        let zone = settings.timezone ?? .system
        guard let file = arguments.value("file") else {
            do throws(UsageError) {
                return try EntryWords(arguments).drafts(zone)
            } catch {
                throw CommandError(error)
            }
        }
        let own = ["args", "kwargs", "queue", "set"]
        if let option = own.first(where: { arguments.flag($0) }) {
            throw CommandError(UsageError.conflict("--file", "--\(option)"))
        }
        guard arguments.operands.isEmpty else {
            throw CommandError(UsageError.conflict("--file", "ENTRY"))
        }
        return try read(file, zone)
    }

    private static func read(
        _ file: String,
        _ zone: LocalTimeZone
    ) throws(CommandError) -> [LiveDraft] {
        let name = file == "-" ? "standard input" : file
        let drafts: [LiveDraft]
        do throws(SettingsError) {
            let path = file == "-" ? "/dev/stdin" : file
            drafts = try LiveEntryText.drafts(in: path, called: name, zone: zone)
        } catch .unreadable(let file, let reason) {
            throw CommandError(.inputOutput, "cannot read \(file): \(reason)")
        } catch {
            throw CommandError(.badInput, error.description)
        }
        guard !drafts.isEmpty else {
            throw CommandError(.badInput, "\(name) has no table [beat_schedule.NAME]")
        }
        return drafts
    }
}
