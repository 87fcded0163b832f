/// A command line that a program cannot take: exit status 64.
///
/// Options are named as they were typed, with their dashes.
package enum UsageError: Error, Sendable, Equatable {
    /// `nearest` is what may have been meant, with its dashes; `nil` if nothing is like it.
    case unknownOption(String, nearest: String?)
    /// One of another tool's; `hint` says what to do instead.
    case foreignOption(String, hint: String)
    /// A dash and a digit that begin no option: a negative number, most likely.
    case unknownNumber(String)
    case missingValue(option: String, placeholder: String)
    case unexpectedValue(option: String)
    /// `reason` ends in what to do; `value` holds no password.
    case badValue(option: String, value: String, reason: String)
    case missingOperand(name: String, program: String)
    case unexpectedOperand(String)
    /// The first operands name nothing that the program does; `nearest` as above.
    case unknownVerb(String, nearest: String?)
    case tooManyOperands(verb: String, operands: String)
    /// An option that other verbs of the program take.
    case notForVerb(option: String, verb: String)
    /// `--` without a command after it.
    case missingCommand
    /// Two options, or an option and an operand, that exclude each other.
    case conflict(String, String)
    /// An option that means nothing without another, or without an operand.
    case needs(option: String, other: String)
    /// Operands that the program cannot read: a whole sentence.
    case badArguments(String)
    /// `position` counts from 1, after the program's name.
    case notUTF8(position: Int)
}

extension UsageError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownOption(let name, let nearest?):
            "unknown option \(name): did you mean \(nearest)?"
        case .unknownOption(let name, nil):
            "unknown option \(name): --help lists the options"
        case .foreignOption(let name, let hint):
            "unknown option \(name): \(hint)"
        case .unknownNumber(let name):
            "unknown option \(name): write a negative number as :\(name), or after --"
        case .missingValue(let option, let placeholder):
            "\(option) needs a value: write \(option) \(placeholder)"
        case .unexpectedValue(let option):
            "\(option) takes no value: leave out the = and what follows it"
        case .badValue(let option, let value, let reason):
            "bad value '\(value)' for \(option): \(reason)"
        case .missingOperand(let name, let program):
            "no \(name) given: \(program) --help shows how"
        case .unexpectedOperand(let operand):
            "unexpected operand \(Self.withoutSecrets(operand)): a command stands after --, "
                + "a value after its option"
        case .unknownVerb(let words, let nearest?):
            "unknown command \(words): did you mean \(nearest)?"
        case .unknownVerb(let words, nil):
            "unknown command \(words): --help lists the commands"
        case .tooManyOperands(let verb, ""):
            "\(verb) takes no operands: leave them out"
        case .tooManyOperands(let verb, let operands):
            "too many operands: write \(verb) \(operands)"
        case .notForVerb(let option, let verb):
            "\(verb) does not take \(option): leave it out"
        case .missingCommand:
            "no command after --: name one, or leave out the --"
        case .conflict(let one, let other):
            "\(one) and \(other) exclude each other: leave one out"
        case .needs(let option, let other):
            "\(option) does nothing without \(other): add it, or leave out \(option)"
        case .badArguments(let sentence):
            sentence
        case .notUTF8(let position):
            "argument \(position) is not UTF-8: pass such data in a file, or as base64"
        }
    }

    /// A URL is cut after its scheme, for it may hold a password.
    private static func withoutSecrets(_ operand: String) -> String {
        guard let colon = operand.utf8.firstIndex(of: UInt8(ascii: ":")) else { return operand }
        return "\(operand[...colon])…"
    }
}
