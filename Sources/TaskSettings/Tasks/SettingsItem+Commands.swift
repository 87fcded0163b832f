internal import TaskQueue

/// Values that say how commands are run.
extension SettingsItem {
    /// A line for the shell, or an argument vector.
    func command() throws(SettingsError) -> TaskCommand {
        switch value.content {
        case .string:
            return .shellLine(try text())
        case .array:
            var arguments: [String] = []
            for element in try elements() {
                arguments.append(arguments.isEmpty ? try element.text() : try element.textOrEmpty())
            }
            if let problem = CommandWord.problem(ofProgram: arguments[0]) {
                throw badValue(problem)
            }
            return .arguments(arguments)
        default:
            throw wrongType("a shell line or an array of arguments")
        }
    }

    /// A table of texts for a command's environment.
    func environment() throws(SettingsError) -> [String: String] {
        var environment: [String: String] = [:]
        for variable in try members() {
            guard !variable.name.isEmpty,
                !variable.name.utf8.contains(where: { $0 == 0 || $0 == UInt8(ascii: "=") })
            else { throw variable.badValue("this cannot name an environment variable") }
            environment[variable.name] = try variable.textOrEmpty()
        }
        return environment
    }

    /// Names of environment variables, or patterns for them; possibly empty.
    func variablePatterns() throws(SettingsError) -> [GlobPattern] {
        if case .array(let values) = value.content, values.isEmpty { return [] }
        return try elements().map { element throws(SettingsError) in
            let pattern = try element.text()
            guard !pattern.utf8.contains(UInt8(ascii: "=")) else {
                throw element.badValue("\"\(pattern)\" cannot name an environment variable")
            }
            return GlobPattern(pattern)
        }
    }

    /// A number of bytes, or a text such as `"512M"`, above zero; K, M and G are powers of 1024.
    func bytes() throws(SettingsError) -> Int {
        switch value.content {
        case .integer(let bytes):
            guard bytes > 0 else { throw badValue("it has to be above zero") }
            return Int(clamping: bytes)
        case .string(let text):
            guard let bytes = Self.bytes(text) else {
                throw badValue("\"\(text)\" is not a size: write 1048576, \"512K\" or \"2G\"")
            }
            return bytes
        default:
            throw wrongType("a number of bytes or a size")
        }
    }

    private static func bytes(_ text: String) -> Int? {
        let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30]
        let unit = text.last.flatMap { units[$0] }
        // Int itself would take a plus sign.
        guard text.first?.isNumber ?? false,
            let count = Int(unit == nil ? text[...] : text.dropLast()), count > 0
        else { return nil }
        let (bytes, isTooLarge) = count.multipliedReportingOverflow(by: unit ?? 1)
        return isTooLarge ? nil : bytes
    }

    /// An octal text such as `"027"`.
    func umask() throws(SettingsError) -> UInt32 {
        let text = try text()
        guard text.first != "+", let mask = UInt32(text, radix: 8), mask <= 0o777 else {
            throw badValue("\"\(text)\" is not a mask: write it in octal, as in \"027\"")
        }
        return mask
    }

    /// The first delay of a backoff: true is a second, as in Celery; false is no backoff.
    func backoff() throws(SettingsError) -> Duration {
        if case .boolean(let isOn) = value.content { return isOn ? .seconds(1) : .zero }
        let first = try duration()
        guard first > .zero else {
            throw badValue(
                "false is no backoff; for tries without a pause set default_retry_delay to 0"
            )
        }
        return first
    }

    /// Exit statuses and names of signals; `"any"` is every failure.
    func exitConditions() throws(SettingsError) -> [ExitCondition] {
        try elements().map { element throws(SettingsError) in try element.exitCondition() }
    }

    private func exitCondition() throws(SettingsError) -> ExitCondition {
        if case .integer = value.content { return .status(Int32(try integer(in: 1...255))) }
        guard case .string(let name) = value.content else {
            throw wrongType("an exit status or the name of a signal")
        }
        if name == "any" { return .any }
        guard let signal = SignalName.number(name) else {
            throw badValue("no signal is named \"\(name)\": write a status, \"SIGKILL\" or \"any\"")
        }
        return .signal(signal)
    }
}
