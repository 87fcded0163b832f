import CommandLineOptions
import CommandSupport
import TaskQueue

/// The commands that only look.
extension ControlCommand {
    func listQueues() throws(CommandError) -> ExitCode {
        if broker.queueInspection == nil, let counting = broker.queueCounting {
            return try countQueues(counting)
        }
        let inspection = try requiring(.queueInspection)
        let queues = try queuesOrAll(arguments.operands)
        if !arguments.operands.isEmpty { try noteUnknown(queues) }
        let summaries = try reportingBrokerErrors { () throws(BrokerError) in
            try inspection.summaries(of: queues)
        }
        let titles = ["QUEUE", "WAITING", "DELAYED", "RUNNING", "DEAD", "OLDEST", "STATE"]
        var listing = Listing(titles, isJSON: isJSON)
        try listing.print(
            summaries.map { summary in
                [
                    Field("queue", .text(summary.queue.text)),
                    Field("waiting", .number(summary.waiting)),
                    Field("delayed", summary.delayed.map { .number($0) } ?? .text(nil)),
                    Field("running", .number(summary.running)),
                    Field("dead", .number(summary.dead)),
                    Field("oldest_at", .past(summary.oldestAt)),
                    Field("paused", .flag(summary.isPaused, word: "paused")),
                ]
            }
        )
        if !inspection.listsAllQueues {
            noteUnlisted("the ones that the settings name, workers serve, or are paused")
        }
        return .success
    }

    /// Says which queues were listed, if it was left to the broker, and that cannot tell.
    private func noteUnlisted(_ listed: String) {
        guard arguments.operands.isEmpty else { return }
        note("\(broker.kind) does not list its queues: those are \(listed)")
    }

    /// What a broker can say of queues that it cannot list.
    private func countQueues(_ counting: any QueueCounting) throws(CommandError) -> ExitCode {
        let letters = broker.deadLetterStore
        var listing = Listing(["QUEUE", "WAITING", "DEAD"], isJSON: isJSON)
        var rows: [[Field]] = []
        for queue in try queuesOrAll(arguments.operands) {
            let (waiting, dead) = try reportingBrokerErrors { () throws(BrokerError) in
                (try counting.count(waitingIn: queue), try letters?.count(deadOf: queue))
            }
            rows.append([
                Field("queue", .text(queue.text)), Field("waiting", .number(waiting)),
                Field("dead", dead.map { .number($0) } ?? .text(nil)),
            ])
        }
        try listing.print(rows)
        noteUnlisted("the ones that the settings name")
        return .success
    }

    func listWorkers() throws(CommandError) -> ExitCode {
        let inspection = try requiring(.queueInspection)
        let workers = try reportingBrokerErrors { () throws(BrokerError) in
            try inspection.workers()
        }
        let titles = ["ID", "NAME", "HOST", "PID", "QUEUES", "TASKS", "STARTED", "SEEN", "LEASE"]
        var listing = Listing(titles, isJSON: isJSON)
        try listing.print(
            workers.map { worker in
                let identity = worker.identity
                return [
                    Field("id", .text(worker.id)),
                    Field("name", .text(identity?.name)),
                    Field("host", .text(identity?.host)),
                    Field("pid", identity.map { .number($0.pid) } ?? .text(nil)),
                    Field("queues", .texts(worker.queues.map(\.text))),
                    Field("tasks", .number(worker.held)),
                    Field("started_at", .past(identity?.startedAt)),
                    Field("seen_at", .past(worker.seenAt)),
                    Field("lease_ends_at", .future(worker.leaseEndsAt)),
                ]
            }
        )
        return .success
    }

    func listRunning() throws(CommandError) -> ExitCode {
        let inspection = try requiring(.queueInspection)
        let (tasks, workers) = try reportingBrokerErrors { () throws(BrokerError) in
            (try inspection.runningTasks(), try inspection.workers())
        }
        let names = Dictionary(workers.map { ($0.id, $0.identity?.name) }) { first, _ in first }
        var listing = Listing(["ID", "TASK", "QUEUE", "WORKER", "FOR"], isJSON: isJSON)
        try listing.print(
            tasks.map { task in
                let name = task.worker.map { (names[$0] ?? nil) ?? $0 }
                return [
                    Field("id", .text(task.id?.text)),
                    Field("task", .text(task.task?.text)),
                    Field("queue", .text(task.queue?.text)),
                    Field("worker", .text(name ?? "celery")),
                    Field("taken_at", .past(task.takenAt)),
                ]
            }
        )
        return .success
    }
}
