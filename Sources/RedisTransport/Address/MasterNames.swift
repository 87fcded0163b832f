internal import TaskQueue

/// What each sentinel of a group has called the master, and which servers that means are replaced.
///
/// A sentinel may be behind the others, or cut off from them. So a server counts as replaced only when a sentinel
/// that called it the master calls another so.
struct MasterNames {
    /// For so long a server counts as replaced: the sentinels make it a replica of the new master within some ten
    /// seconds, and it refuses what it is sent from then on.
    static let memory: Duration = .seconds(30)

    private var names: [String: RedisServerName] = [:]
    private var replaced: [String: Instant] = [:]

    /// Takes down what a sentinel answered.
    mutating func heard(
        _ master: RedisServerName,
        from sentinel: RedisServerName,
        at now: Instant
    ) {
        let before = names.updateValue(master, forKey: "\(sentinel)")
        guard let before, before != master else { return }
        replaced["\(before)"] = now
        replaced["\(master)"] = nil
    }

    /// Whether another server is the master in its place.
    func isReplaced(_ server: RedisServerName, at now: Instant) -> Bool {
        replaced["\(server)"].map { now < $0 + Self.memory } ?? false
    }
}
