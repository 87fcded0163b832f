/// Why a broker or a result backend cannot even be looked for: its name means nothing, or must not be
/// trusted.
package struct ConnectionProblem: Error, Sendable {
    /// Where the fault is.
    package enum Origin: Sendable {
        /// In the program's own words: an option, or an argument of a call.
        case program
        /// In the environment, the settings, or a file that they name.
        case configuration
    }

    package let origin: Origin
    /// Where it stands, what is wrong, and what to do.
    package let message: String

    init(_ origin: Origin, _ message: String) {
        self.origin = origin
        self.message = message
    }
}
