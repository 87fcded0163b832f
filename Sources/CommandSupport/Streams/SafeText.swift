internal import TaskQueue

/// Text from elsewhere, such as a task's name or error, without anything that would make a terminal do or show
/// something else: control characters, and the controls of text that runs both ways.
enum SafeText {
    /// As it is, except that these become U+FFFD; newline and tab stay.
    static func lines(_ text: String) -> String {
        isPlain(text) { $0 == 0x0A || $0 == 0x09 } ? text : replaced(text) { kept($0) }
    }

    /// On one line: characters that would end it are spelt as in a program's source, `\n`.
    ///
    /// So nobody can write a line that looks like another one of the program's.
    static func line(_ text: String) -> String {
        if isPlain(text, besides: { _ in false }) { return text }
        return replaced(text) { scalar in
            switch scalar {
            case "\n": "\\n"
            case "\r": "\\r"
            case "\t": "\\t"
            default: kept(scalar)
            }
        }
    }

    /// On one line, with blanks where it would end: for a cell of a table.
    static func cell(_ text: String) -> String {
        if isPlain(text, besides: { _ in false }) { return text }
        return replaced(text) { scalar in
            switch scalar {
            case "\n", "\r", "\t": " "
            default: kept(scalar)
            }
        }
    }

    private static func kept(_ scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case 0x0A, 0x09: String(scalar)
        case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069, 0x200E, 0x200F, 0x061C:
            "\u{FFFD}"
        default: String(scalar)
        }
    }

    /// By scalars: "\r\n" is one character in Swift.
    private static func replaced(_ text: String, _ change: (Unicode.Scalar) -> String) -> String {
        var result = ""
        for scalar in text.unicodeScalars { result += change(scalar) }
        return result
    }

    /// Whether there is nothing but printable ASCII, and bytes that are allowed besides.
    private static func isPlain(_ text: String, besides isAllowed: (UInt8) -> Bool) -> Bool {
        !text.hasByte { $0 &- 0x20 >= 0x5F }
            || text.utf8.allSatisfy {
                $0 >= 0x20 && $0 < 0x7F || isAllowed($0)
            }
    }
}
