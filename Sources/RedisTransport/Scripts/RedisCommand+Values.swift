internal import TaskQueue

/// How scripts are given values: as the texts that Lua and Redis read.
extension RedisCommand {
    mutating func add(_ number: Int64) { add(String(number)) }

    /// `1` or `0`.
    mutating func add(_ flag: Bool) { add(flag ? "1" : "0") }

    /// Empty if it is `nil`.
    mutating func add(_ word: String?) { add(word ?? "") }

    /// A duration as a whole number of milliseconds.
    mutating func add(milliseconds duration: Duration) { add(duration.microseconds / 1000) }

    /// A duration in seconds, with a fraction if it has one.
    mutating func add(seconds duration: Duration) {
        let (seconds, rest) = duration.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        add(rest == 0 ? "\(seconds)" : "\(Double(duration.microseconds) / 1_000_000)")
    }

    /// What ``ScriptPart/remember`` is given: value (empty: nothing is remembered), field, lifetime in seconds
    /// (empty: for ever).
    mutating func add(_ mark: SentMark) {
        add(mark.value)
        add(mark.field)
        add(mark.lifetime.map { String($0) })
    }
}
