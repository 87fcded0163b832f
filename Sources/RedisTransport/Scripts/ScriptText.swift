/// The text of a script, in Lua.
///
/// It begins with local names for the script's arguments, so that nothing below counts positions:
///
///     local unacked,index=KEYS[1],KEYS[2]
///     local lifetime=ARGV[1]
///
/// Comments, empty lines and blanks that Lua does not need stay here: the server hashes each byte. Texts in
/// it are in single quotes, and have none inside.
struct ScriptText: Sendable {
    let bytes: [UInt8]

    /// - Parameters:
    ///   - keys: names for the first of KEYS.
    ///   - arguments: names for the first of ARGV.
    ///   - hasRows: whether more follow, some for each of several things: `firstKey` and `firstArgument` are
    ///     where they begin.
    ///   - parts: functions that it calls; those that they need come along.
    ///   - body: what it does; the names and functions are known there.
    init(
        keys: [String] = [],
        arguments: [String] = [],
        hasRows: Bool = false,
        uses parts: [ScriptPart] = [],
        _ body: String
    ) {
        var texts = [Self.line(keys, "KEYS"), Self.line(arguments, "ARGV")]
        if hasRows {
            texts.append("local firstKey,firstArgument=\(keys.count + 1),\(arguments.count + 1)\n")
        }
        var included: [ScriptPart] = []
        for part in parts { part.include(in: &included) }
        for part in included { texts.append(part.text) }
        texts.append(body)
        var capacity = 0
        // Each may get a line feed at its end.
        for text in texts { capacity += text.utf8.count + 1 }
        bytes = [UInt8](unsafeUninitializedCapacity: capacity) { bytes, count in
            for text in texts { Self.add(text, to: bytes, &count) }
        }
    }

    /// `local one,two=KEYS[1],KEYS[2]`, or nothing; several are cheaper by one call.
    private static func line(_ names: [String], _ table: String) -> String {
        guard !names.isEmpty else { return "" }
        // `joined(separator:)` costs a program that starts more than the whole text.
        var (listed, values) = ("", "")
        for (index, name) in names.enumerated() {
            listed += index == 0 ? name : "," + name
            values += "\(index == 0 ? "" : ",")\(table)[\(index + 1)]"
        }
        if names.count > 3 { values = "unpack(\(table),1,\(names.count))" }
        return "local " + listed + "=" + values + "\n"
    }

    /// Adds the lines that are not empty, without comments, behind the `count` bytes that are there.
    private static func add(
        _ text: String,
        to bytes: UnsafeMutableBufferPointer<UInt8>,
        _ count: inout Int
    ) {
        var text = text
        text.withUTF8 { text in
            var start = 0
            while start < text.count {
                while start < text.count, text[start] == blank { start += 1 }
                var end = start
                while end < text.count, text[end] != lineFeed { end += 1 }
                add(UnsafeBufferPointer(rebasing: text[start..<end]), to: bytes, &count)
                start = end + 1
            }
        }
    }

    private static func add(
        _ line: UnsafeBufferPointer<UInt8>,
        to bytes: UnsafeMutableBufferPointer<UInt8>,
        _ count: inout Int
    ) {
        let isComment = line.count > 1 && line[0] == minus && line[1] == minus
        guard !line.isEmpty, !isComment else { return }
        var isQuoted = false
        for index in 0..<line.count {
            let byte = line[index]
            if byte == quote { isQuoted.toggle() }
            if byte == blank, !isQuoted, index > 0, index + 1 < line.count,
                !separates(line[index - 1], line[index + 1])
            {
                continue
            }
            bytes[count] = byte
            count += 1
        }
        bytes[count] = lineFeed
        count += 1
    }

    /// Whether two characters mean something else without a blank between them: two of a word or number, two
    /// minus signs, or what has a dot.
    private static func separates(_ before: UInt8, _ after: UInt8) -> Bool {
        isOfWord(before) && isOfWord(after) || before == minus && after == minus
            || before == dot && isOfWord(after) && after <= UInt8(ascii: "9")
            || after == dot && isOfWord(before) && before <= UInt8(ascii: "9")
    }

    private static func isOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static let blank = UInt8(ascii: " ")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let minus = UInt8(ascii: "-")
    private static let dot = UInt8(ascii: ".")
    private static let quote = UInt8(ascii: "'")
}
