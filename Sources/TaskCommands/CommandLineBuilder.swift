internal import TaskQueue
internal import TaskSettings

/// Makes the argument vector of a command.
///
/// Data never passes through a shell's parser, and never turns into an option unless the command's
/// author placed it there.
package enum CommandLineBuilder {
    /// - Parameters:
    ///   - task: whose arguments it gets; `nil`: a stream command, which gets none.
    ///   - form: the command.
    /// - Returns: the program first.
    /// - Throws: ``CommandLineError`` if the task's arguments do not fit the command.
    static func arguments(
        of task: TaskMessage?,
        for form: CommandSpec.Form
    ) throws(CommandLineError) -> [String] {
        let words = withoutArguments(task, form)
        guard case .vector = form else {
            guard let task else { return words }
            return words + (try PositionalArguments(task.args).all())
        }
        guard CommandWord.areNeeded(in: words) else { return words }
        guard let task else { return words.map { CommandWord($0).plainText } }
        return try replaced(words, by: PositionalArguments(task.args))
    }

    /// The same for a command that finds the arguments only on its standard input, because they cannot stand on
    /// a command line.
    ///
    /// - Returns: `nil` if it has to have them: it is an argument vector, or a shell line that names one.
    static func argumentsOnStandardInput(
        of task: TaskMessage?,
        for form: CommandSpec.Form
    ) -> [String]? {
        switch form {
        case .vector: nil
        case .shellLine(let line) where looksAtArguments(line): nil
        case .shellLine, .executable: withoutArguments(task, form)
        }
    }

    /// The words before the arguments; those of a vector, as they are written.
    private static func withoutArguments(
        _ task: TaskMessage?,
        _ form: CommandSpec.Form
    ) -> [String] {
        switch form {
        case .shellLine(let line): ["/bin/sh", "-c", line] + (task.map { [$0.task.text] } ?? [])
        case .executable(let path): [path]
        case .vector(let words): words
        }
    }

    /// Whether a shell line may use its positional arguments.
    private static func looksAtArguments(_ line: String) -> Bool {
        let names = Set("123456789@*#".utf8)
        var rest = Array(line.utf8)[...]
        while let dollar = rest.firstIndex(of: UInt8(ascii: "$")) {
            rest = rest[(dollar + 1)...]
            let name = rest.drop { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "#") }
            if rest.first == UInt8(ascii: "#") || name.first.map(names.contains) ?? false {
                return true
            }
        }
        return ["shift", "getopts"].contains(where: line.contains)
    }

    private static func replaced(
        _ words: [String],
        by arguments: PositionalArguments
    ) throws(CommandLineError) -> [String] {
        var result: [String] = []
        for word in words {
            guard word.utf8.contains(UInt8(ascii: "{")) else {
                result.append(word)
                continue
            }
            let pieces = CommandWord(word).pieces
            if pieces == [.allArguments] {
                result += try arguments.all()
            } else {
                result.append(try filled(pieces, from: arguments))
            }
        }
        return result
    }

    private static func filled(
        _ pieces: [CommandWord.Piece],
        from arguments: PositionalArguments
    ) throws(CommandLineError) -> String {
        var word = ""
        for piece in pieces {
            switch piece {
            case .text(let text): word += text
            case .argument(let number, _):
                word += try arguments.word(number)
            case .allArguments: preconditionFailure("{args} within a word was not refused")
            }
        }
        return word
    }
}
