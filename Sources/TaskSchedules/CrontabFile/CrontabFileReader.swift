internal import TaskQueue

/// Reads a crontab file, line by line.
struct CrontabFileReader {
    private let file: String
    /// What `TZ` was last set to.
    private var timezone: LocalTimeZone?
    private var names: Set<String> = []
    /// Those of the lines read so far.
    private(set) var entries: [BeatEntry] = []

    init(file: String) {
        self.file = file
    }

    /// - Parameters:
    ///   - line: without its newline.
    ///   - number: from 1.
    /// - Throws: ``CrontabLineError`` with what would be right.
    mutating func read(_ line: String, number: Int) throws(CrontabLineError) {
        let line = Self.trimmed(line[...])
        if line.isEmpty || line.hasPrefix("#") { return }
        guard !line.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) else {
            throw CrontabLineError("it holds a control character")
        }
        if let (name, value) = try Self.variable(line) {
            try set(name, value)
        } else {
            entries.append(try entry(line, number))
        }
    }

    // MARK: - Variables

    /// `NAME=value`, with blanks and quotes as cron(5) allows them; `nil` for another line.
    private static func variable(
        _ line: Substring
    ) throws(CrontabLineError) -> (name: Substring, value: String)? {
        guard let equals = line.firstIndex(of: "=") else { return nil }
        let name = trimmed(line[..<equals])
        guard let first = name.utf8.first, isLetter(first),
            name.utf8.allSatisfy({ isLetter($0) || isDigit($0) })
        else { return nil }
        var value = trimmed(line[line.index(after: equals)...])
        if let quote = value.first, quote == "'" || quote == "\"" {
            guard value.count > 1, value.last == quote else {
                throw CrontabLineError("a \(quote) has no second one to end the value")
            }
            value = value.dropFirst().dropLast()
        }
        return (name, String(value))
    }

    private mutating func set(_ name: Substring, _ value: String) throws(CrontabLineError) {
        guard name == "TZ" || name == "CRON_TZ" else {
            throw CrontabLineError(
                "tq-beat runs no commands and has no use for \(name): leave it out (TZ and CRON_TZ "
                    + "set the time zone)"
            )
        }
        do throws(TimeZoneError) {
            timezone = value.isEmpty ? nil : try LocalTimeZone(named: value)
        } catch {
            throw CrontabLineError(error.description)
        }
    }

    // MARK: - Entries

    private mutating func entry(
        _ line: Substring,
        _ number: Int
    ) throws(CrontabLineError) -> BeatEntry {
        var (schedule, rest) = Self.split(line)
        let parsed: Schedule
        do throws(ScheduleError) { parsed = try Schedule(schedule) } catch {
            throw CrontabLineError(error.description)
        }
        let task = try Self.task(Self.takeWord(&rest), after: schedule)
        let name = unusedName("\(schedule) \(task)")
        var entry = BeatEntry(
            name: name,
            place: SettingsPlace(file: file, line: number, key: name),
            schedule: parsed,
            task: task
        )
        entry.scheduleText = schedule
        entry.arguments = try Self.arguments(Self.trimmed(rest))
        entry.timezone = timezone
        return entry
    }

    /// The schedule with its words one blank apart, and what follows it.
    private static func split(_ line: Substring) -> (schedule: String, rest: Substring) {
        var rest = line
        var words = [takeWord(&rest)]
        var count = 5
        switch words[0] {
        case let word where word.hasPrefix("@"): count = 1
        case "every": count = 2
        case let word where SolarEvent(rawValue: String(word)) != nil: count = 3
        default: break
        }
        while words.count < count, !rest.isEmpty { words.append(takeWord(&rest)) }
        if words[0] == "every" {
            var further = rest
            if takeWord(&further) == "offset" {
                words += ["offset", takeWord(&further)]
                rest = further
            }
        }
        return (words.filter { !$0.isEmpty }.joined(separator: " "), rest)
    }

    private static func task(
        _ word: Substring,
        after schedule: String
    ) throws(CrontabLineError) -> TaskName {
        guard let task = TaskName(String(word)) else {
            throw CrontabLineError("no task follows the schedule \"\(schedule)\"")
        }
        guard !word.contains(where: { "'\"\\".contains($0) }) else {
            throw CrontabLineError("\(word) is not a task: write its name without quotes")
        }
        guard !word.utf8.allSatisfy({ isDigit($0) || "*?,-/#".utf8.contains($0) }) else {
            throw CrontabLineError(
                "\"\(word)\" is not a task: a schedule has five fields here; one with seconds goes into "
                    + "the settings"
            )
        }
        return task
    }

    /// JSON as a whole if it begins as an array or object, else words.
    private static func arguments(_ text: Substring) throws(CrontabLineError) -> TaskArguments {
        if text.hasPrefix("[") || text.hasPrefix("{") {
            do throws(JSONError) { return TaskArguments(value: try JSONText(text.utf8)) } catch {
                throw CrontabLineError("the arguments are not JSON: \(error.description)")
            }
        }
        let words: [String]
        do throws(ShellWordsError) { words = try ShellWords.split(text) } catch {
            throw CrontabLineError(error.description)
        }
        do throws(TaskArgumentsError) { return try TaskArguments(words: words) } catch {
            throw CrontabLineError(error.description)
        }
    }

    private mutating func unusedName(_ name: String) -> String {
        var unused = name
        var number = 2
        while !names.insert(unused).inserted {
            unused = "\(name) #\(number)"
            number += 1
        }
        return unused
    }

    // MARK: - Characters

    /// Takes the next word and the blanks before it; empty at the end.
    private static func takeWord(_ rest: inout Substring) -> Substring {
        let text = rest.drop { isBlank($0) }
        let word = text.prefix { !isBlank($0) }
        rest = text[word.endIndex...]
        return word
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { isBlank($0) }
        while let last = text.last, isBlank(last) || last == "\r" { text.removeLast() }
        return text
    }

    private static func isBlank(_ character: Character) -> Bool {
        character == " " || character == "\t"
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
