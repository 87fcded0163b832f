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
        switch form {
        case .shellLine(let line):
            guard let task else { return ["/bin/sh", "-c", line] }
            return ["/bin/sh", "-c", line, task.task.text] + (try texts(task.args))
        case .executable(let path):
            guard let task else { return [path] }
            return [path] + (try texts(task.args))
        case .vector(let words):
            guard CommandWord.areNeeded(in: words) else { return words }
            guard let task else { return words.map { CommandWord($0).plainText } }
            return try replaced(words, by: try texts(task.args))
        }
    }

    private static func replaced(
        _ words: [String],
        by arguments: [String]
    ) throws(CommandLineError) -> [String] {
        var result: [String] = []
        for word in words {
            guard word.utf8.contains(UInt8(ascii: "{")) else {
                result.append(word)
                continue
            }
            let pieces = CommandWord(word).pieces
            if pieces == [.allArguments] {
                result += arguments
            } else {
                result.append(try filled(pieces, from: arguments))
            }
        }
        return result
    }

    private static func filled(
        _ pieces: [CommandWord.Piece],
        from arguments: [String]
    ) throws(CommandLineError) -> String {
        var word = ""
        for piece in pieces {
            switch piece {
            case .text(let text): word += text
            case .argument(let number, _):
                guard number <= arguments.count else {
                    throw .missingArgument(number, given: arguments.count)
                }
                word += arguments[number - 1]
            case .allArguments: preconditionFailure("{args} within a word was not refused")
            }
        }
        return word
    }

    /// Strings as they are, other values as JSON.
    private static func texts(_ args: JSONText) throws(CommandLineError) -> [String] {
        var texts: [String] = []
        for (index, value) in (args.elements ?? []).enumerated() {
            guard value.kind == .string else {
                texts.append(value.text)
                continue
            }
            guard let text = value.string else { throw .halfCharacter(index + 1) }
            guard !text.utf8.contains(0) else { throw .zeroByte(index + 1) }
            texts.append(text)
        }
        return texts
    }
}
