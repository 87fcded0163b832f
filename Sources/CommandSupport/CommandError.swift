package import CommandLineOptions
package import Connections
package import TaskQueue
package import TaskSettings

/// Why a program ends: its exit status, and the sentence on stderr before it.
package struct CommandError: Error, Sendable {
    package let code: ExitCode
    /// `nil`: everything has been said already.
    package let message: String?

    package init(_ code: ExitCode, _ message: String? = nil) {
        self.code = code
        self.message = message
    }
}

extension CommandError {
    /// The same error with one more sentence.
    package func adding(sentence: String) -> CommandError {
        CommandError(code, message.map { "\($0); \(sentence)" } ?? sentence)
    }

    package init(_ error: BrokerError) {
        let code: ExitCode =
            switch error {
            case .unreachable, .connectionLost, .refused, .unusable, .fileChanged: .unavailable
            case .refusedCredentials: .refusedCredentials
            case .storageFailed: .inputOutput
            case .misconfigured, .unable: .badConfiguration
            case .shortage, .noRoom: .tryAgain
            }
        self.init(code, "\(error)\(Self.advice(error))")
    }

    /// What to do about the most common ones.
    private static func advice(_ error: BrokerError) -> String {
        switch error {
        case .unreachable(_, let reason)
        where reason.ends(with: "Connection refused")
            || reason.ends(with: "no server takes connections there"):
            ": start the server there, or name another with --broker"
        case .unable(_, let capability):
            ": use \(Location.ableKinds)"
                + (capability.canBeElsewhere ? ", for results alone too (result_backend)" : "")
        default: ""
        }
    }

    /// The same error; if the broker could not be reached until a deadline, it says so.
    package func afterDeadline(_ deadline: Instant?) -> CommandError {
        guard code == .unavailable, let deadline, deadline <= .now else { return self }
        let end = "--timeout sets the time"
        return CommandError(.timedOut, message.map { "\($0): \(end)" } ?? end)
    }

    package init(_ error: ResourceShortage) {
        self.init(.tryAgain, error.description)
    }

    package init(_ problem: ConnectionProblem) {
        self.init(problem.origin == .program ? .usage : .badConfiguration, problem.message)
    }

    package init(_ error: UsageError) {
        self.init(.usage, error.description)
    }

    package init(_ error: SettingsError) {
        self.init(.badConfiguration, error.description)
    }
}

/// Runs a body that uses a broker, and gives its errors their exit status.
package func reportingBrokerErrors<Value>(
    _ body: () throws(BrokerError) -> Value
) throws(CommandError) -> Value {
    do throws(BrokerError) { return try body() } catch { throw CommandError(error) }
}
