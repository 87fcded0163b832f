/// How long to wait before trying the broker again: twice as long each time, up to a limit, less a random
/// part, so that a thousand workers do not come at once.
package struct ReconnectDelay: Sendable {
    private let first: Duration
    private let longest: Duration
    private var failures = 0

    package init(first: Duration = .milliseconds(200), longest: Duration = .seconds(10)) {
        self.first = first
        self.longest = longest
    }

    package mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        let full = min(first * (1 << min(failures, 10)), longest)
        failures += 1
        return full * Double.random(in: 0.5...1, using: &generator)
    }

    /// By the system's own chance.
    package mutating func next() -> Duration {
        var generator = SystemRandomNumberGenerator()
        return next(using: &generator)
    }

    package mutating func reset() { failures = 0 }

    package var isFailing: Bool { failures > 0 }
}
