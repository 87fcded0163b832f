internal import TaskQueue

/// How much each consumer may still be sent, where each has a limit of its own: quorum queues know no other.
///
/// A limit holds for what a consumer is sent and has not settled, and cannot be changed: another takes its place.
struct Credits {
    private var consumers: [String: (limit: Int, open: Int)] = [:]
    /// Of what is not settled, by the server's numbers.
    private var origins: [UInt64: String] = [:]

    mutating func add(_ consumer: String, limit: Int) { consumers[consumer] = (limit, 0) }

    mutating func remove(_ consumer: String) { consumers[consumer] = nil }

    mutating func delivered(_ number: UInt64, to consumer: String) {
        guard consumers[consumer] != nil else { return }
        consumers[consumer]?.open += 1
        origins[number] = consumer
    }

    mutating func settled(_ number: UInt64) {
        guard let consumer = origins.removeValue(forKey: number) else { return }
        consumers[consumer]?.open -= 1
    }

    /// Whether a consumer may be sent about so many, and no more.
    func fits(_ consumer: String, _ count: Int) -> Bool {
        guard let (limit, open) = consumers[consumer] else { return false }
        return (count + 1) / 2...max(count, 0) ~= limit - open
    }
}
