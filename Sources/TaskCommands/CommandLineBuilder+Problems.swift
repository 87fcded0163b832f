internal import TaskQueue
internal import TaskSettings

extension CommandLineBuilder {
    private static let shells: Set<String> = [
        "sh", "bash", "dash", "ash", "ksh", "mksh", "zsh", "fish",
    ]

    /// Finds what is wrong with an argument vector.
    ///
    /// - Parameters:
    ///   - words: the program first.
    ///   - isStream: whether it is a stream command, which is given no arguments.
    /// - Returns: a sentence; `nil`: nothing is wrong.
    package static func problem(of words: [String], isStream: Bool = false) -> String? {
        guard CommandWord.areNeeded(in: words) else { return nil }
        let parts = words.map(CommandWord.init)
        if let problem = words.first.flatMap(CommandWord.problem) { return problem }
        for (word, part) in zip(words, parts) where part.hasArguments {
            if isStream, part.pieces.count == 1 || part.pieces.contains(where: isNamed) {
                return
                    "\(word): a stream command has no arguments, but a line for each task: write "
                    + "{{1}} for the text {1}"
            }
            if part.pieces.count > 1, part.pieces.contains(.allArguments) {
                return
                    "\(word): {args} is all arguments, and has to be a word of its own: write {1} "
                    + "within one, or {{args}} for the text {args}"
            }
        }
        guard !isStream, let code = shellCode(in: words), parts[code].hasArguments,
            parts[code].pieces.count > 1
        else { return nil }
        return
            "\(words[code]): data must not become a shell's code: write \"$1\" there, and sh {1} "
            + "as the words after it; or {{1}} for the text {1}"
    }

    /// What to remark about a usable argument vector: words of other tools that are not
    /// replaced.
    static func strangers(in words: [String]) -> [String] {
        words.flatMap { word in
            word.split(separator: "{").compactMap { part -> String? in
                guard let end = part.firstIndex(of: "}"), isStranger(part[..<end]) else {
                    return nil
                }
                return "{\(part[...end]) is not replaced: only {1}, {2} ..., {} and {args} are"
            }
        }
    }

    /// Whether parallel(1) or Python would replace this between braces.
    private static func isStranger(_ name: Substring) -> Bool {
        if ["0", "#", "%"].contains(name) { return true }
        if name.hasPrefix("-") { return Int(name) != nil }
        return ["/", "//", ".", "/."].contains(name.drop { ("0"..."9").contains($0) })
    }

    /// The first word that data could turn into an option; `nil`: there is none.
    static func openToOptions(_ words: [String]) -> String? {
        // The words after a shell's code are its operands.
        if let code = shellCode(in: words), code < words.count { return nil }
        return words.prefix { $0 != "--" }.dropFirst().first { word in
            guard word.hasPrefix("{"), let first = CommandWord(word).pieces.first else {
                return false
            }
            if case .text = first { return false }
            return true
        }
    }

    private static func isNamed(_ piece: CommandWord.Piece) -> Bool {
        switch piece {
        case .text, .argument(_, written: "{}"): false
        case .argument, .allArguments: true
        }
    }

    /// The position of the code that a shell among the words is to run, after its option `-c`; `nil`: there
    /// is none.
    private static func shellCode(in words: [String]) -> Int? {
        let isShell = { (word: String) in
            shells.contains(word.pathNames.last.map(String.init) ?? "")
        }
        guard let shell = words.firstIndex(where: isShell) else { return nil }
        var hasCode = false
        for position in words.indices where position > shell {
            let word = words[position]
            guard word.hasPrefix("-") || word.hasPrefix("+") else {
                return hasCode ? position : nil
            }
            if !word.hasPrefix("--"), word.contains("c") { hasCode = true }
        }
        return nil
    }
}
