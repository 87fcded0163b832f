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
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4096)
        Self.name(keys, "KEYS", in: &bytes)
        Self.name(arguments, "ARGV", in: &bytes)
        if hasRows {
            let line = "local firstKey,firstArgument=\(keys.count + 1),\(arguments.count + 1)\n"
            bytes.append(contentsOf: line.utf8)
        }
        var included: [ScriptPart] = []
        for part in parts { part.include(in: &included) }
        for part in included { Self.add(part.text, to: &bytes) }
        Self.add(body, to: &bytes)
        self.bytes = bytes
    }

    /// `local one,two=KEYS[1],KEYS[2]`, or nothing; several are cheaper by one call.
    private static func name(_ names: [String], _ table: String, in bytes: inout [UInt8]) {
        guard !names.isEmpty else { return }
        let values =
            names.count > 3
            ? "unpack(\(table),1,\(names.count))"
            : names.indices.map { "\(table)[\($0 + 1)]" }.joined(separator: ",")
        bytes.append(contentsOf: "local \(names.joined(separator: ","))=\(values)\n".utf8)
    }

    /// Adds the lines that are not empty, without comments.
    private static func add(_ text: String, to bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 { text in
            var start = 0
            while start < text.count {
                while start < text.count, text[start] == blank { start += 1 }
                let end = text[start...].firstIndex(of: lineFeed) ?? text.count
                add(UnsafeBufferPointer(rebasing: text[start..<end]), to: &bytes)
                start = end + 1
            }
        }
    }

    private static func add(_ line: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
        let isComment = line.count > 1 && line[0] == minus && line[1] == minus
        guard !line.isEmpty, !isComment else { return }
        var isQuoted = false
        for index in line.indices {
            let byte = line[index]
            if byte == quote { isQuoted.toggle() }
            if byte == blank, !isQuoted, index > 0, index + 1 < line.count,
                !separates(line[index - 1], line[index + 1])
            {
                continue
            }
            bytes.append(byte)
        }
        bytes.append(lineFeed)
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
