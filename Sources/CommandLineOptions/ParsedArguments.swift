/// The options and operands of one command line.
///
/// The accessors take an option's long name, without dashes; one that is not in the program's
/// table is a mistake in our code.
package struct ParsedArguments: Sendable {
    private let interface: CommandInterface
    private var occurrences: [(long: String, value: String)] = []
    /// All operands in order, before and after `--`; a lone `-` is one of them.
    package internal(set) var operands: [String] = []
    /// How many operands stood before `--`; `nil` without it.
    var terminator: Int?
    /// The parts that follow, each with the option that begins it; see ``Option/beginsPart``.
    package private(set) var parts: [(option: String, arguments: ParsedArguments)] = []
    /// The name of the verb, which is not among the operands; `nil` if the program has no verbs.
    package private(set) var verb: String?

    init(interface: CommandInterface) {
        self.interface = interface
    }

    mutating func record(_ option: Option, _ value: String) {
        occurrences.append((option.long, value))
    }

    /// Adds what follows an option that begins a part; options that are for the whole command line are taken from it.
    mutating func add(_ option: Option, _ part: ParsedArguments) {
        var part = part
        let isOwn = { [interface] (name: String) in interface.isOfPart(name) }
        occurrences += part.occurrences.filter { !isOwn($0.long) }
        part.occurrences.removeAll { !isOwn($0.long) }
        let following = part.parts
        part.parts = []
        parts = [(option.long, part)] + following
    }

    /// Takes the verb's words from the front of the operands.
    mutating func take(_ verb: Verb) {
        let count = verb.words.count
        self.verb = verb.name
        operands.removeFirst(count)
        terminator = terminator.map { max($0 - count, 0) }
    }
}

extension ParsedArguments {
    package var operandsBeforeTerminator: ArraySlice<String> {
        operands[..<(terminator ?? operands.count)]
    }

    /// What stands after `--`; `nil` without it, empty if it is the last argument.
    package var operandsAfterTerminator: ArraySlice<String>? {
        guard let terminator else { return nil }
        return operands[terminator...]
    }

    /// The long names of the options that were given and are not common to all programs.
    var ownOptions: [String] {
        let own = interface.groups.dropLast().flatMap(\.options).map(\.long)
        return occurrences.map(\.long).filter(own.contains)
    }

    /// Whether the option was given.
    package func flag(_ long: String) -> Bool {
        value(long) != nil
    }

    /// The option's value where it was given last; `nil` if it was not given, empty for a flag and
    /// for a value that is optional and was left out.
    package func value(_ long: String) -> String? {
        checkIsInTable(long)
        return occurrences.last { occurrence in occurrence.long == long }?.value
    }

    /// The values of an option that may repeat, in order; empty if it was not given.
    package func values(_ long: String) -> [String] {
        checkIsInTable(long)
        return occurrences.filter { occurrence in occurrence.long == long }.map(\.value)
    }

    /// The option's value as `parse` reads it; `nil` if it was not given.
    ///
    /// Not for values that may hold a password: the error shows the value as it was given.
    ///
    /// - Throws: ``UsageError/badValue(option:value:reason:)`` with the description of what `parse`
    ///   throws as its reason.
    package func value<Value, Failure: Error & CustomStringConvertible>(
        _ long: String,
        parsedBy parse: (String) throws(Failure) -> Value
    ) throws(UsageError) -> Value? {
        guard let value = value(long) else { return nil }
        do {
            return try parse(value)
        } catch {
            throw .badValue(option: "--\(long)", value: value, reason: error.description)
        }
    }

    /// The option's value as a whole number in decimal; `nil` if it was not given.
    ///
    /// - Throws: ``UsageError/badValue(option:value:reason:)`` for anything else, or if it is
    ///   outside `range`.
    package func integer(
        _ long: String,
        in range: ClosedRange<Int>
    ) throws(UsageError) -> Int? {
        guard let value = value(long) else { return nil }
        if let number = Int(value), range.contains(number) { return number }
        let limits =
            range.upperBound == .max
            ? "of at least \(range.lowerBound)"
            : "from \(range.lowerBound) to \(range.upperBound)"
        throw .badValue(option: "--\(long)", value: value, reason: "give a whole number \(limits)")
    }

    private func checkIsInTable(_ long: String) {
        assert(interface.option(named: long) != nil, "\(interface.name) has no option --\(long)")
    }
}
