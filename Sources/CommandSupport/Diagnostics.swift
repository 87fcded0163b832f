internal import Glibc
internal import Synchronization

/// Messages for a person, on stderr: `tq-send: what went wrong: what to do`.
package struct Diagnostics: Sendable {
    private let program: String

    package init(program: String) {
        self.program = program
    }

    /// Lines after the first are indented, so that no text from elsewhere looks like another message.
    package func error(_ message: String) {
        let usesColor = Color.isWanted(Self.color.withLock { $0 }, descriptor: 2)
        write(message, after: usesColor ? "\u{1B}[1;31m\(program):\u{1B}[0m" : "\(program):")
    }

    /// Prints something that is not an error, such as how far a task is; in the form of one, without its colour.
    package func note(_ message: String) {
        write(message, after: "\(program):")
    }

    private func write(_ message: String, after start: String) {
        let text = SafeText.lines(message).replacing("\n", with: "\n    ")
        Self.write("\(start) \(text)\n")
    }

    /// The value of `--color`; `nil`: it was not given, or is not read yet.
    static func chooseColor(_ choice: String?) {
        color.withLock { $0 = choice }
    }

    private static let color = Mutex<String?>(nil)

    /// The message to print if a signal ends the program, until there is another; `nil`: no message.
    package func sayLast(_ message: String?) {
        StatusLine.sayLast(message.map { "\(program): \(SafeText.line($0))" })
    }

    /// Prints a question, which is answered on the same line.
    package func ask(_ question: String) {
        Self.write("\(program): \(SafeText.line(question)) ")
    }

    /// Prints text as it is, such as a traceback; made safe for a terminal, with a newline added.
    package func text(_ text: String) {
        Self.write(SafeText.lines(text) + "\n")
    }

    /// Prints a line that is safe already, such as one of a log.
    package static func line(_ line: String) {
        write(line + "\n")
    }

    /// Text from elsewhere on one line, without anything that would make a terminal do something.
    package static func oneLine(_ text: String) -> String { SafeText.line(text) }

    /// Writes safe text, in place of the status line if one is shown: all of it in one
    /// write(2), so that lines of several processes do not mix.
    ///
    /// If stderr is gone, there is nobody to tell.
    static func write(_ text: String) {
        guard !LogStream.standardError.isInUse else {
            return LogStream.standardError.write(Array(text.utf8))
        }
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
