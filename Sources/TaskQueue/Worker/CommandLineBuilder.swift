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
            guard let task, words.contains(where: { $0.hasPrefix("{") }) else { return words }
            return try replaced(words, by: try texts(task.args))
        }
    }

    private static func replaced(
        _ words: [String],
        by arguments: [String]
    ) throws(CommandLineError) -> [String] {
        var result: [String] = []
        for word in words {
            if word == "{args}" {
                result += arguments
            } else if let number = position(word) {
                guard number <= arguments.count else {
                    throw .missingArgument(number, given: arguments.count)
                }
                result.append(arguments[number - 1])
            } else {
                result.append(word)
            }
        }
        return result
    }

    /// Whether data would take the place of this word.
    package static func isPlaceholder(_ word: String) -> Bool {
        word == "{args}" || position(word) != nil
    }

    /// The number in `{1}`; `nil` for any other word.
    private static func position(_ word: String) -> Int? {
        guard word.hasPrefix("{"), word.hasSuffix("}") else { return nil }
        guard let number = Int(word.dropFirst().dropLast()), number > 0 else { return nil }
        return number
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
