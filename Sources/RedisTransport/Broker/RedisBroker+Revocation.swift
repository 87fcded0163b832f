package import TaskQueue

extension RedisBroker: TaskRevoking {
    package func revoke(_ ids: [TaskID], for lifetime: Duration) throws(BrokerError) {
        for batch in ids.batches(of: Self.largestBatch) {
            try scripts.run(RevokeTasks(ids: batch, lifetime: lifetime))
            var broadcast = RedisCommand("PUBLISH")
                .adding(RedisKeys.control(database: connection.address.database))
            broadcast.add(Envelope.encode(CeleryBroadcast.revoke(batch)))
            _ = try connection.run(broadcast)
        }
    }

    package func find(_ ids: [TaskID]) throws(BrokerError) -> Set<TaskID> {
        var found: Set<TaskID> = []
        for batch in ids.batches(of: Self.largestBatch) {
            found.formUnion(try TaskSearch(scripts).find(batch))
        }
        return found
    }

    /// Only delayed tasks, which may not come for a long time; waiting ones come up marked.
    package func takeOut(_ ids: [TaskID]) throws(BrokerError) {
        for batch in ids.batches(of: Self.largestBatch) {
            _ = try TaskSearch(scripts).takeOutDelayed(batch)
        }
    }

    /// The deliveries, those of revoked tasks marked; only needed while any task is revoked.
    func markingRevoked(_ deliveries: [Delivery]) throws(BrokerError) -> [Delivery] {
        guard !deliveries.isEmpty else { return [] }
        var command = RedisCommand("ZMSCORE").adding(RedisKeys.revoked)
        for delivery in deliveries { command.add(Self.id(of: delivery).text) }
        let scores = try connection.run(command).elements.map { $0.text.flatMap(Double.init) }
        let now = now.secondsSinceEpoch
        return zip(deliveries, scores).map { delivery, score in
            guard let score, score > now else { return delivery }
            return Delivery(
                tag: delivery.tag,
                queue: delivery.queue,
                content: delivery.content,
                losses: delivery.losses,
                standing: .revoked
            )
        }
    }

    /// The tasks have come up, or ended: other tasks with the same ids are another matter.
    func forgetRevocations(of tasks: [FinishedTask]) throws(BrokerError) {
        guard !tasks.isEmpty else { return }
        var command = RedisCommand("ZREM").adding(RedisKeys.revoked)
        for task in tasks {
            let id = task.result?.id ?? task.forgotten ?? Self.id(of: task.delivery)
            command.add(id.text)
        }
        _ = try connection.run(command)
    }

    /// Empty if it cannot be read.
    static func id(of delivery: Delivery) -> TaskID {
        (try? delivery.message()).flatMap(TaskMessage.id) ?? TaskID("")
    }
}
