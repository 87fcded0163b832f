internal import Synchronization

/// What a worker holds, shared by the connection that takes tasks and the one that tells of them; it outlives both.
package final class TasksInHand: Sendable {
    /// How long a task is kept that nobody names.
    private static let memory: Duration = .seconds(60)

    private struct State {
        var taken: [String: (delivery: Delivery, at: Timestamp)] = [:]
        var owed: [FleetMemory.Owed] = []
    }

    private let state = Mutex(State())

    package init() {}

    func add(_ deliveries: [Delivery]) {
        let now = Timestamp.now()
        state.withLock { state in
            for delivery in deliveries { state.taken[delivery.tag] = (delivery, now) }
        }
    }

    func remove(_ deliveries: [Delivery]) {
        state.withLock { state in for delivery in deliveries { state.taken[delivery.tag] = nil } }
    }

    /// Those with some tags.
    ///
    /// Others that were taken long ago are forgotten: their connections are lost.
    func running(_ tags: [String], by worker: String, at now: Timestamp) -> [RunningTask] {
        let named = Set(tags)
        let taken = state.withLock { state in
            state.taken = state.taken.filter { named.contains($0) || now - $1.at < Self.memory }
            return tags.compactMap { state.taken[$0] }
        }
        return taken.map { delivery, takenAt in
            let headers = delivery.content.headers
            return RunningTask(
                id: headers.flatMap(TaskMessage.id(in:)),
                task: headers?[key: "task"]?.string.flatMap { TaskName($0) },
                queue: delivery.queue,
                worker: worker,
                takenAt: takenAt
            )
        }
    }

    /// Records of tasks that have ended, which are still to be removed.
    var owed: [FleetMemory.Owed] { state.withLock(\.owed) }

    func owe(_ record: FleetMemory.Owed) { state.withLock { $0.owed.append(record) } }

    func paid(_ record: FleetMemory.Owed) {
        state.withLock { state in state.owed.removeAll { $0 == record } }
    }
}
