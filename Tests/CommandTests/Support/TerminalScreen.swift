import Testing

/// What a person has seen on a terminal, from the bytes that were written to it.
struct TerminalScreen {
    /// The lines as they stand in the end, without trailing blanks and without empty ones at the end.
    let lines: [String]
    /// What stood on the line of the cursor each time before it was erased.
    let erased: [String]
    /// The most columns that a line ever took, counted in characters.
    let width: Int

    /// Understands newline, carriage return, "erase to the end of the line", and colours.
    init(_ output: String) {
        var (lines, erased, width) = ([[Character]()], [String](), 0)
        var column = 0
        var rest = output.replacing("\r\n", with: "\n")[...]
        while let character = rest.popFirst() {
            switch character {
            case "\n":
                lines.append([])
                column = 0
            case "\r": column = 0
            case "\u{1B}":
                let sequence = rest.prefix { !$0.isLetter } + rest.drop { !$0.isLetter }.prefix(1)
                rest = rest.dropFirst(sequence.count)
                if sequence.hasSuffix("m") { continue }
                guard sequence == "[K", let line = lines.last else {
                    Issue.record("unexpected escape sequence \(sequence)")
                    continue
                }
                erased.append(String(line))
                lines[lines.count - 1] = Array(line.prefix(column))
            default:
                var line = lines.removeLast()
                if column < line.count { line[column] = character } else { line.append(character) }
                lines.append(line)
                column += 1
                width = max(width, line.count)
            }
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        self.lines = lines.map { String($0) }
        self.erased = erased
        self.width = width
    }
}
