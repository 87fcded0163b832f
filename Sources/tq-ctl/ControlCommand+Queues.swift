import CommandLineOptions
import CommandSupport
import Connections
import TaskQueue

/// The commands that change queues.
extension ControlCommand {
    func purge() throws(CommandError) -> ExitCode {
        let queue = try queues(arguments.operands)[0]
        let control = try requiring(.queueControl)
        try noteUnknown([queue])
        let takesDelayed = arguments.flag("delayed")
        try check(control, takesDelayed)
        let tasks = try tasks(of: queue, includingDelayed: takesDelayed)
        guard try confirm("remove \(tasks) from \(queue)") else { return .success }
        let removed = try reportingBrokerErrors { () throws(BrokerError) in
            try control.purge(queue, includingDelayed: takesDelayed) { ids throws(BrokerError) in
                guard transports.keepsResults else { return }
                try transports.openBackend().store(ids.map { .purged($0, at: .now()) })
            }
        }
        note("removed \(Self.count(removed, "task")) from \(queue)")
        try printIfJSON([Field("queue", .text(queue.text)), Field("removed", .number(removed))])
        return .success
    }

    /// How many tasks a queue has, as in `2 tasks`; where the broker cannot tell, `all tasks`.
    private func tasks(
        of queue: QueueName,
        includingDelayed: Bool
    ) throws(CommandError) -> String {
        guard let inspection = broker.queueInspection, inspection.listsAllQueues else {
            guard let counting = broker.queueCounting, !includingDelayed else { return "all tasks" }
            let count = try reportingBrokerErrors { () throws(BrokerError) in
                try counting.count(waitingIn: queue)
            }
            return Self.count(count, "task")
        }
        let summary = try reportingBrokerErrors { () throws(BrokerError) in
            try inspection.summaries(of: [queue]).first
        }
        let delayed = includingDelayed ? summary?.delayed ?? 0 : 0
        return Self.count((summary?.waiting ?? 0) + delayed, "task")
    }

    /// - Throws: ``CommandError`` if delayed tasks are meant too, and the broker cannot find them.
    private func check(
        _ control: any QueueControl,
        _ takesDelayed: Bool
    ) throws(CommandError) {
        guard takesDelayed, !control.reachesDelayed else { return }
        throw CommandError(
            .badConfiguration,
            "\(broker.kind) keeps the delayed tasks of all queues together, where they cannot be told apart: "
                + "leave out --delayed"
        )
    }

    func move() throws(CommandError) -> ExitCode {
        let queues = try queues(arguments.operands)
        let control = try requiring(.queueControl)
        try check(control, arguments.flag("delayed"))
        try noteUnknown([queues[0]])
        let moved = try reportingBrokerErrors { () throws(BrokerError) in
            try control.move(
                from: queues[0],
                to: queues[1],
                includingDelayed: arguments.flag("delayed")
            )
        }
        note("moved \(Self.count(moved, "task")) from \(queues[0]) to \(queues[1])")
        try printIfJSON([
            Field("from", .text(queues[0].text)), Field("to", .text(queues[1].text)),
            Field("moved", .number(moved)),
        ])
        return .success
    }

    func setPaused(_ isPaused: Bool) throws(CommandError) -> ExitCode {
        let queues = try queues(arguments.operands)
        let pausing = try requiring(.queuePausing)
        try noteUnknown(queues)
        for queue in queues {
            let hasChanged = try reportingBrokerErrors { () throws(BrokerError) in
                try pausing.setPaused(queue, isPaused)
            }
            if hasChanged {
                note("\(isPaused ? "paused" : "resumed") \(queue)")
            } else {
                note("\(queue) is \(isPaused ? "paused already" : "not paused")")
            }
            try printIfJSON([
                Field("queue", .text(queue.text)), Field("paused", .flag(isPaused, word: "paused")),
                Field("changed", .flag(hasChanged, word: "changed")),
            ])
        }
        return .success
    }

    /// Says which of the queues do not exist yet, where the broker can tell: their names may be mistyped.
    func noteUnknown(_ queues: [QueueName]) throws(CommandError) {
        guard !isJSON, !common.isQuiet, !queues.isEmpty, let inspection = broker.queueInspection,
            inspection.listsAllQueues
        else { return }
        let known = Set(
            try reportingBrokerErrors { () throws(BrokerError) in try inspection.queueNames() }
        )
        for queue in queues where !known.contains(queue) {
            note("no queue \(queue) is known: nothing is in it, and no worker serves it")
        }
    }

    func printIfJSON(_ fields: [Field]) throws(CommandError) {
        guard isJSON else { return }
        var listing = Listing([], isJSON: true)
        try listing.print([fields])
    }
}
