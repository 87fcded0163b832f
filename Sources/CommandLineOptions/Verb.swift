/// One of the things that a program does, named by its first operands: `tq-ctl dead list`.
package struct Verb: Sendable {
    /// As it is typed: one word or two.
    package let name: String
    /// What may follow, as a synopsis has it, such as `QUEUE...`; empty: nothing.
    package let operands: String
    /// How many operands may follow.
    package let count: ClosedRange<Int>
    /// One line for `--help`, lowercase and without a full stop, at most 46 columns.
    package let help: String
    /// The long names of those of the program's own options that it takes.
    package let options: [String]

    package init(
        _ name: String,
        operands: String = "",
        count: ClosedRange<Int> = 0...0,
        help: String,
        options: [String] = []
    ) {
        self.name = name
        self.operands = operands
        self.count = count
        self.help = help
        self.options = options
    }
}

extension Verb {
    /// The words of its name, one or two.
    var words: [String] { name.split(separator: " ").map(String.init) }

    /// The name and what may follow.
    package var synopsis: String { operands.isEmpty ? name : "\(name) \(operands)" }
}

extension [Verb] {
    /// The first words of the verbs' names, each once.
    var firstWords: [String] {
        reduce(into: []) { words, verb in
            guard let word = verb.words.first, !words.contains(word) else { return }
            words.append(word)
        }
    }

    /// The verbs of two words that begin with `first`.
    func continuing(_ first: String) -> [Verb] {
        filter { verb in verb.words.count == 2 && verb.words.first == first }
    }
}
