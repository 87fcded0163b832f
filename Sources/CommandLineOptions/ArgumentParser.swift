/// Reads one command line by the table of a ``CommandInterface``.
///
/// Everything is cut by bytes or scalars, not by characters: in `--id=` before a combining accent,
/// Swift would not find the character `=`.
struct ArgumentParser {
    private let interface: CommandInterface
    private var remaining: ArraySlice<String>
    private var parsed: ParsedArguments
    /// Whether an option was read that keeps what follows the first operand.
    private var keepsOperands = false
    /// The text that an option such as `--help` asks for; ends the reading.
    private var answer: String?

    init(interface: CommandInterface, arguments: [String]) {
        self.interface = interface
        remaining = arguments[...]
        parsed = ParsedArguments(interface: interface)
    }

    mutating func parse() throws(UsageError) -> Invocation {
        while answer == nil, let argument = remaining.popFirst() {
            try read(argument)
        }
        if let answer {
            return .print(answer)
        }
        if case .verbs(let verbs) = interface.operands { try readVerb(verbs) }
        try interface.operands.check(parsed, of: interface.name)
        return .run(parsed)
    }

    /// Takes the words of a verb from the front of the operands.
    private mutating func readVerb(_ verbs: [Verb]) throws(UsageError) {
        guard let first = parsed.operands.first else {
            throw .missingOperand(name: "command", program: interface.name)
        }
        guard let verb = verbs.first(where: { parsed.operands.starts(with: $0.words) }) else {
            let continued = !verbs.continuing(first).isEmpty
            let typed = parsed.operands.prefix(continued ? 2 : 1).joined(separator: " ")
            let nearest = CommandInterface.nearest(to: typed, among: verbs.map(\.name))
            throw .unknownVerb(typed, nearest: nearest)
        }
        parsed.take(verb)
    }

    private var optionsHaveEnded: Bool {
        parsed.terminator != nil || (keepsOperands && !parsed.operands.isEmpty)
    }

    private mutating func read(_ argument: String) throws(UsageError) {
        let bytes = argument.utf8
        if optionsHaveEnded || bytes.count < 2 || bytes.first != UInt8(ascii: "-") {
            parsed.operands.append(argument)
        } else if bytes.dropFirst().first != UInt8(ascii: "-") {
            try readShortOptions(argument)
        } else if bytes.count > 2 {
            try readLongOption(argument)
        } else {
            parsed.terminator = parsed.operands.count
        }
    }

    /// Reads `--name`, `--name=value`, or `--name` and the value in the next argument.
    private mutating func readLongOption(_ argument: String) throws(UsageError) {
        let bytes = argument.utf8
        let start = bytes.index(bytes.startIndex, offsetBy: 2)
        let equals = bytes.firstIndex(of: UInt8(ascii: "="))
        let name = argument[start..<(equals ?? bytes.endIndex)]
        guard let option = interface.option(named: name) else { throw unknown("--\(name)") }
        let attached = equals.map { equals in String(argument[bytes.index(after: equals)...]) }
        switch option.value {
        case .none:
            guard attached == nil else { throw .unexpectedValue(option: "--\(name)") }
            try option.beginsPart ? readPart(option) : record(option, "")
        case .attached:
            try record(option, attached ?? "")
        case .required(let placeholder):
            guard let value = attached ?? remaining.popFirst() else {
                throw .missingValue(option: "--\(name)", placeholder: placeholder)
            }
            try record(option, value)
        }
    }

    /// Reads what follows an option that begins a part: all that is left.
    private mutating func readPart(_ option: Option) throws(UsageError) {
        var parser = ArgumentParser(interface: interface, arguments: Array(remaining))
        remaining = []
        switch try parser.parse() {
        case .print(let text): answer = text
        case .run(let part): parsed.add(option, part)
        }
    }

    /// Reads the letters of `-qw`; one that takes a value takes the rest, or the next argument.
    private mutating func readShortOptions(_ argument: String) throws(UsageError) {
        var letters = argument.unicodeScalars.dropFirst()
        while answer == nil, let letter = letters.popFirst() {
            guard let option = interface.option(lettered: letter) else {
                throw unknown(letter, in: argument)
            }
            guard case .required(let placeholder) = option.value else {
                try record(option, "")
                continue
            }
            let attached = letters.isEmpty ? nil : String(letters)
            guard let value = attached ?? remaining.popFirst() else {
                throw .missingValue(option: "-\(letter)", placeholder: placeholder)
            }
            return try record(option, value)
        }
    }

    /// `name` with its dashes.
    private func unknown(_ name: String) -> UsageError {
        if let hint = interface.foreignOptions()[name] { return .foreignOption(name, hint: hint) }
        return .unknownOption(name, nearest: interface.nearestOption(to: String(name.dropFirst(2))))
    }

    private func unknown(_ letter: Unicode.Scalar, in argument: String) -> UsageError {
        if let hint = interface.foreignOptions()["-\(letter)"] {
            return .foreignOption("-\(letter)", hint: hint)
        }
        let bytes = argument.utf8.dropFirst()
        if interface.takesArguments, let first = bytes.first,
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
        {
            return .unknownNumber(argument)
        }
        let name = bytes.prefix { byte in byte != UInt8(ascii: "=") }
        let long = interface.option(named: Substring(name))
        return .unknownOption("-\(letter)", nearest: long.map { option in "--\(option.long)" })
    }

    private mutating func record(_ option: Option, _ value: String) throws(UsageError) {
        var value = value
        if case .choices(let choices) = option.completion, option.value != .none {
            value = try choose(value, from: choices, for: option)
        }
        keepsOperands = keepsOperands || option.keepsOperands
        parsed.record(option, value)
        answer = interface.answer(to: option, value: value, after: parsed.operands)
    }

    /// Finds the choice that `value` names, in upper or lower case: Celery's users type `-l INFO`.
    private func choose(
        _ value: String,
        from choices: [String],
        for option: Option
    ) throws(UsageError) -> String {
        if case .attached = option.value, value.isEmpty { return value }
        let lowercase = value.lowercased()
        guard let choice = choices.first(where: { choice in choice == lowercase }) else {
            let reason = "choose one of \(choices.joined(separator: ", "))"
            throw .badValue(option: "--\(option.long)", value: value, reason: reason)
        }
        return choice
    }
}
