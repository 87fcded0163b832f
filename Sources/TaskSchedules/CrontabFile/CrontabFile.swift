internal import TaskQueue

/// A crontab file for `tq-beat --crontab`: cron(5) with a task in place of the command.
///
/// A line is a comment (`# …`), a variable, or a schedule, a task and its arguments as written
/// after `tq-send`:
///
///     TZ=Europe/Berlin
///     0 5 * * mon-fri  report.daily :42 to=sales
///     @hourly          cleanup {"days": 30}
///
/// `TZ` (or `CRON_TZ`) is the time zone of the lines after it.
package enum CrontabFile {
    /// Reads a file's entries, in its order.
    ///
    /// An entry is named by its line without the arguments, `0 5 * * mon-fri report.daily`, and
    /// ` #2` is added for a second one.
    /// - Throws: ``CrontabFileError`` for the first line that is wrong.
    package static func read(_ file: String) throws(CrontabFileError) -> [BeatEntry] {
        let contents: FileContents
        do throws(FileContentsError) {
            contents = try FileContents(file, limit: longest)
        } catch {
            throw CrontabFileError(
                file: file,
                line: nil,
                reason: "cannot read it: \(error.description)"
            )
        }
        return try entries(contents.bytes, file: file)
    }

    /// The entries of a text; `file` is for messages.
    package static func entries(
        _ text: some Collection<UInt8>,
        file: String
    ) throws(CrontabFileError) -> [BeatEntry] {
        var reader = CrontabFileReader(file: file)
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            do throws(CrontabLineError) {
                guard let line = String(validating: line, as: UTF8.self) else {
                    throw CrontabLineError("it is not UTF-8")
                }
                try reader.read(line, number: index + 1)
            } catch {
                throw CrontabFileError(file: file, line: index + 1, reason: error.reason)
            }
        }
        return reader.entries
    }

    /// In bytes, far above what anybody writes.
    private static let longest = 16 * 1_048_576
}
