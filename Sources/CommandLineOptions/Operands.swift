/// What a program takes besides options.
package enum Operands: Sendable {
    /// One or more, anywhere among the options; the first is called `name` in errors. None has to be there beside the
    /// option `unless`.
    case required(name: String, completion: Completion, unless: String? = nil)
    /// None, or one that belongs to an option.
    case optional
    /// None, or a command and its arguments, which stand after `--`.
    case command
    /// The words of a verb, and what that takes.
    case verbs([Verb])
}

extension Operands {
    /// Checks how many operands there are and where they stand.
    ///
    /// - Throws: ``UsageError/missingOperand(name:program:)``, ``UsageError/missingCommand`` or
    ///   ``UsageError/unexpectedOperand(_:)``.
    func check(_ arguments: ParsedArguments, of program: String) throws(UsageError) {
        switch self {
        case .required(let name, _, let option):
            guard !arguments.operands.isEmpty || option.map(arguments.flag) ?? false else {
                throw .missingOperand(name: name, program: program)
            }
        case .optional:
            if let operand = arguments.operands.dropFirst().first {
                throw .unexpectedOperand(operand)
            }
        case .command:
            if let operand = arguments.operandsBeforeTerminator.first {
                throw .unexpectedOperand(operand)
            }
            guard arguments.operandsAfterTerminator?.isEmpty != true else { throw .missingCommand }
        case .verbs(let verbs):
            try verbs.first { $0.name == arguments.verb }?.check(arguments, of: program)
        }
    }
}

extension Verb {
    /// Checks how many operands follow the verb, and that it takes the options.
    fileprivate func check(_ arguments: ParsedArguments, of program: String) throws(UsageError) {
        guard arguments.operands.count >= count.lowerBound else {
            throw .missingOperand(name: operands, program: "\(program) \(name)")
        }
        guard arguments.operands.count <= count.upperBound else {
            throw .tooManyOperands(verb: "\(program) \(name)", operands: operands)
        }
        if let option = arguments.ownOptions.first(where: { !options.contains($0) }) {
            throw .notForVerb(option: "--\(option)", verb: "\(program) \(name)")
        }
    }
}
