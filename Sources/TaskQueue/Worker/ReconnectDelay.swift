/// How long to wait before the broker is tried again: twice as long each time, up to a limit, and by
/// chance somewhat less, so that a thousand workers do not come at once.
struct ReconnectDelay {
    private static let first: Duration = .milliseconds(200)
    private static let longest: Duration = .seconds(10)

    private var failures = 0

    mutating func next() -> Duration {
        let full = min(Self.first * (1 << min(failures, 10)), Self.longest)
        failures += 1
        return full * Double.random(in: 0.5...1)
    }

    mutating func reset() { failures = 0 }

    var isFailing: Bool { failures > 0 }
}
