internal import Glibc
internal import Synchronization

/// Messages for a person, on stderr: `tq-send: what went wrong: what to do`.
package struct Diagnostics: Sendable {
    private let program: String

    package init(program: String) {
        self.program = program
    }

    package func error(_ message: String) {
        let usesColor = Color.isWanted(Self.color.withLock { $0 }, descriptor: 2)
        let start = usesColor ? "\u{1B}[1;31m\(program):\u{1B}[0m" : "\(program):"
        Self.write("\(start) \(Self.safe(message))\n")
    }

    /// What is no error, such as how far a task is; in the form of one, without its colour.
    package func note(_ message: String) {
        Self.write("\(program): \(Self.safe(message))\n")
    }

    /// What `--color` says; `nil`: it was not given, or is not read yet.
    static func chooseColor(_ choice: String?) {
        color.withLock { $0 = choice }
    }

    private static let color = Mutex<String?>(nil)

    /// A question, which is answered on the same line.
    package func ask(_ question: String) {
        Self.write("\(program): \(Self.safe(question)) ")
    }

    /// Text as it is, such as a traceback; made safe for a terminal, a newline added.
    package func text(_ text: String) {
        Self.write(Self.safe(text) + "\n")
    }

    /// A line that is safe already, such as one of a log.
    package static func line(_ line: String) {
        write(line + "\n")
    }

    /// Text without what would make a terminal do something: control characters but newline and tab.
    package static func safe(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F || $0 == 0x0A || $0 == 0x09 }
        if isPlain { return text }
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar.value {
                    case 0x0A, 0x09: scalar
                    case 0..<0x20, 0x7F..<0xA0: "\u{FFFD}"
                    default: scalar
                    }
                }
            )
        )
    }

    /// Text that is safe already, in the place of the status line if one is shown: all of it in one
    /// write(2), so that lines of several processes do not mix.
    ///
    /// If stderr is gone there is nobody to tell.
    static func write(_ text: String) {
        var text = StatusLine.takeEraser() + text
        text.withUTF8 { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(
                    2,
                    UnsafeBufferPointer(rebasing: rest).baseAddress,
                    rest.count
                )
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }
}
