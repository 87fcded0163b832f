internal import TaskQueue

/// Splits a line into words as a shell does, without doing anything else that shells do.
enum ShellWords {
    /// The words of a line: blanks part them, `'…'`, `"…"` and `\` quote.
    ///
    /// - Throws: ``ShellWordsError`` for a quote without its end, and for what a shell would act upon:
    ///   it has to be quoted to mean itself.
    static func split(_ line: some StringProtocol) throws(ShellWordsError) -> [String] {
        var words: [String] = []
        var word: String?
        var rest = line.unicodeScalars.makeIterator()
        var isAfterBrace = false
        while let scalar = rest.next() {
            // `{a,b}` is two words to a shell; `{}` it leaves alone.
            if isAfterBrace, scalar != "}" { throw .special("{") }
            isAfterBrace = scalar == "{"
            switch scalar {
            case " ", "\t":
                if let word { words.append(word) }
                word = nil
            case "'", "\"":
                word = (word ?? "") + (try quoted(scalar, &rest))
            case "\\":
                guard let next = rest.next() else { throw .unfinished("\\") }
                word = (word ?? "") + String(next)
            case "$", "`", "|", "&", ";", "<", ">", "(", ")", "*", "?":
                throw .special(Character(scalar))
            case "#" where word == nil: throw .comment
            case "~" where word == nil: throw .special("~")
            default:
                word = (word ?? "") + String(scalar)
            }
        }
        return word.map { words + [$0] } ?? words
    }

    /// What stands before the next quote; within double ones `\"` and `\\` are one character.
    private static func quoted(
        _ quote: Unicode.Scalar,
        _ rest: inout some IteratorProtocol<Unicode.Scalar>
    ) throws(ShellWordsError) -> String {
        var text = String.UnicodeScalarView()
        while let scalar = rest.next() {
            if scalar == quote { return String(text) }
            guard quote == "\"", scalar == "\\" else {
                text.append(scalar)
                continue
            }
            guard let next = rest.next() else { break }
            if next != "\"", next != "\\" { text.append(scalar) }
            text.append(next)
        }
        throw .unfinished(Character(quote))
    }
}

/// Why a line has no words.
enum ShellWordsError: Error, Equatable {
    /// A quote, or a backslash at the end.
    case unfinished(Character)
    /// A character that a shell would act upon.
    case special(Character)
    /// What a shell would leave out.
    case comment
}

extension ShellWordsError: CustomStringConvertible {
    var description: String {
        switch self {
        case .unfinished("\\"): "nothing follows the \\ at its end"
        case .unfinished(let quote): "a \(quote) has no second one to end the text"
        case .comment:
            "a comment needs a line of its own: for the character # write '#'"
        case .special(let character):
            "no shell reads this line, and \(character) means something to a shell: for the character write "
                + "'\(character)'; to run a command make it a task"
        }
    }
}
