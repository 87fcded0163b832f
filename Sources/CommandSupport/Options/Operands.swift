/// What a program takes besides options.
package enum Operands: Sendable {
    /// One or more, anywhere among the options; the first is called `name` in errors.
    case required(name: String, completion: Completion)
    /// None, or a command and its arguments, which stand after `--`.
    case command
}

extension Operands {
    /// Checks how many operands there are and where they stand.
    ///
    /// - Throws: ``UsageError/missingOperand(name:program:)``, ``UsageError/missingCommand`` or
    ///   ``UsageError/unexpectedOperand(_:)``.
    func check(_ arguments: ParsedArguments, of program: String) throws(UsageError) {
        switch self {
        case .required(let name, _):
            guard !arguments.operands.isEmpty else {
                throw .missingOperand(name: name, program: program)
            }
        case .command:
            if let operand = arguments.operandsBeforeTerminator.first {
                throw .unexpectedOperand(operand)
            }
            guard arguments.operandsAfterTerminator?.isEmpty != true else { throw .missingCommand }
        }
    }
}
