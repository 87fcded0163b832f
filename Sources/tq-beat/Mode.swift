import CommandLineOptions

/// What `tq-beat` is to do.
enum Mode: Equatable {
    case daemon
    case once
    case check
    /// Print so many firings of each entry.
    case next(Int, asJSON: Bool)
}

extension Mode {
    init(_ arguments: ParsedArguments) throws(UsageError) {
        let chosen = ["once", "check", "next"].filter { arguments.flag($0) }
        if chosen.count > 1 { throw .conflict("--\(chosen[0])", "--\(chosen[1])") }
        let operand = arguments.operands.first
        if let operand, chosen != ["next"] { throw .unexpectedOperand(operand) }
        if arguments.flag("json"), chosen != ["next"] {
            throw .needs(option: "--json", other: "--next")
        }
        switch chosen.first {
        case "once": self = .once
        case "check": self = .check
        case "next":
            let attached = arguments.value("next").flatMap { $0.isEmpty ? nil : $0 }
            if let operand, attached != nil { throw .unexpectedOperand(operand) }
            self = .next(try Self.count(attached ?? operand), asJSON: arguments.flag("json"))
        default: self = .daemon
        }
    }

    private static func count(_ operand: String?) throws(UsageError) -> Int {
        guard let operand else { return 1 }
        guard let count = Int(operand), (1...1_000_000).contains(count) else {
            throw .badValue(
                option: "--next",
                value: operand,
                reason: "give a whole number from 1 to 1000000"
            )
        }
        return count
    }
}
