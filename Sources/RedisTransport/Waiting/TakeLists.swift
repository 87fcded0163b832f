internal import TaskQueue

/// The lists of several queues in the order in which Kombu serves them: each priority step of all
/// queues before the next step.
struct TakeLists {
    private let queues: [QueueName]

    init(_ queues: [QueueName]) {
        self.queues = queues
    }

    /// KEYS of ``RedisScripts/take`` after those that all queues have in common.
    var keys: [String] {
        queues.flatMap { queue in
            [
                RedisKeys.delayed(queue), RedisKeys.lookout(queue), RedisKeys.gate(queue),
                RedisKeys.bell(queue),
            ]
        }
            + RedisKeys.prioritySteps.flatMap { step in
                queues.map { RedisKeys.list($0, step: step) }
            }
    }

    /// ARGV of ``RedisScripts/take`` after those that say who takes how much.
    func arguments(_ solitude: Solitude) -> [[UInt8]] {
        let lists = queues.flatMap { queue in
            RedisKeys.prioritySteps.map { RedisKeys.list(queue, step: $0) }
        }
        let closes = RedisKeys.prioritySteps.flatMap { _ in queues.map(Self.close) }
        let clearance = Lease.clearance.microseconds / 1000
        let numbers = [queues.count, solitude.rawValue, Int(clearance)].map { String($0) }
        return (numbers + lists + closes).map { Array($0.utf8) }
    }

    /// The queue of the list at a position among the lists; `nil`: there is no such position.
    func queue(at position: Int) -> QueueName? {
        position < 0 || queues.isEmpty ? nil : queues[position % queues.count]
    }

    /// What follows the envelope in the array that Kombu keeps in `unacked`: exchange and routing key.
    static func close(_ queue: QueueName) -> String {
        ",\"\",\(JSONText(string: queue.text).text)]"
    }
}
