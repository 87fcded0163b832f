import CommandLineOptions
import CommandSupport
import Connections
import TaskQueue

/// The commands that change queues.
extension ControlCommand {
    func purge() throws(CommandError) -> ExitCode {
        let queue = try queues(arguments.operands)[0]
        try noteUnknown([queue])
        let takesDelayed = arguments.flag("delayed")
        let summary = try reportingBrokerErrors { () throws(BrokerError) in
            try broker.summaries(of: [queue]).first
        }
        let count = (summary?.waiting ?? 0) + (takesDelayed ? summary?.delayed ?? 0 : 0)
        guard try confirm("remove \(Self.count(count, "task")) from \(queue)") else {
            return .success
        }
        let removed = try reportingBrokerErrors { () throws(BrokerError) in
            try broker.purge(queue, includingDelayed: takesDelayed)
        }
        note("removed \(Self.count(removed, "task")) from \(queue)")
        try printIfJSON([Field("queue", .text(queue.text)), Field("removed", .number(removed))])
        return .success
    }

    func move() throws(CommandError) -> ExitCode {
        let queues = try queues(arguments.operands)
        try noteUnknown([queues[0]])
        let moved = try reportingBrokerErrors { () throws(BrokerError) in
            try broker.move(
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
        try noteUnknown(queues)
        for queue in queues {
            let hasChanged = try reportingBrokerErrors { () throws(BrokerError) in
                try broker.setPaused(queue, isPaused)
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

    /// Says which of the queues do not exist yet: their names may be mistyped.
    func noteUnknown(_ queues: [QueueName]) throws(CommandError) {
        guard !isJSON, !common.isQuiet, !queues.isEmpty else { return }
        let known = Set(
            try reportingBrokerErrors { () throws(BrokerError) in try broker.queueNames() }
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
