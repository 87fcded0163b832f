import TaskQueue

/// What is read from JSON at once: a decoder takes 2 µs and more for any value.
protocol PlainArgument {
    /// - Returns: `nil` if it has to be decoded, to see what is wrong with it.
    init?(argument: JSONText)
}

extension String: PlainArgument {
    init?(argument: JSONText) {
        guard let text = argument.string else { return nil }
        self = text
    }
}

extension Int: PlainArgument {
    init?(argument: JSONText) {
        guard let number = argument.integer else { return nil }
        self = number
    }
}

extension Double: PlainArgument {
    init?(argument: JSONText) {
        guard let number = argument.double else { return nil }
        self = number
    }
}

extension Bool: PlainArgument {
    init?(argument: JSONText) {
        guard let value = argument.boolean else { return nil }
        self = value
    }
}

extension Optional: PlainArgument where Wrapped: PlainArgument {
    init?(argument: JSONText) {
        if argument == .null {
            self = .none
            return
        }
        guard let value = Wrapped(argument: argument) else { return nil }
        self = .some(value)
    }
}
