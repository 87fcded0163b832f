import CommandLineOptions
import CommandSupport
import Connections
import TaskQueue

/// The commands for dead letters.
extension ControlCommand {
    /// Letters asked for at once.
    private static let page = 100

    func listLetters() throws(CommandError) -> ExitCode {
        let store = try requiring(.deadLetterStore)
        let titles = ["ID", "TASK", "QUEUE", "DIED", "LOSSES", "REASON"]
        var listing = Listing(titles, isJSON: isJSON)
        var isFirst = true
        let queues = try queuesOrAll(arguments.operands)
        if !arguments.operands.isEmpty { try noteUnknown(queues) }
        for queue in queues {
            var skipped = 0
            while true {
                let letters = try letters(
                    in: store,
                    of: queue,
                    skipping: skipped,
                    includingMessages: false
                )
                if letters.isEmpty { break }
                try listing.print(letters.map(\.fields))
                isFirst = false
                skipped += letters.count
            }
        }
        if isFirst { try listing.print([]) }
        return .success
    }

    func showLetters() throws(CommandError) -> ExitCode {
        let store = try requiring(.deadLetterStore)
        var code = ExitCode.success
        var output = OutputStream(descriptor: 1)
        for name in arguments.operands {
            let letters = try letters(in: store, named: name)
            if letters.isEmpty { code = .noSuchTask }
            for letter in letters {
                let description = LetterDescription(letter)
                try output.write(isJSON ? description.json : description.text)
            }
        }
        try output.flush()
        return code
    }

    func retryLetters() throws(CommandError) -> ExitCode {
        let store = try requiring(.deadLetterStore)
        var output = OutputStream(descriptor: 1)
        var sent = 0
        let code = try forEachLetter(in: store, includingMessages: true) {
            (letter) throws(CommandError) in
            let isSent = try reportingBrokerErrors { () throws(BrokerError) in
                if let id = letter.id { try transports.forgetting?([id]) }
                return try store.retry(letter)
            }
            guard isSent else { return }
            sent += 1
            if isJSON {
                try output.write(Listing.json(Array(letter.fields.prefix(3))))
            } else {
                try output.writeLine(letter.name)
            }
            try output.flush()
        }
        note("sent \(Self.count(sent, "dead letter")) again")
        return code
    }

    func dropLetters() throws(CommandError) -> ExitCode {
        let store = try requiring(.deadLetterStore)
        let what =
            arguments.flag("all") ? "all" : Self.count(arguments.operands.count, "dead letter")
        let whose = arguments.value("queue").map { " of \($0)" } ?? ""
        let question = what == "all" ? "forget all dead letters\(whose)" : "forget \(what)"
        guard try confirm(question) else { return .success }
        var output = OutputStream(descriptor: 1)
        var dropped = 0
        let code = try forEachLetter(in: store, includingMessages: false) {
            (letter) throws(CommandError) in
            let isGone = try reportingBrokerErrors { () throws(BrokerError) in
                try store.drop(letter)
            }
            guard isGone else { return }
            dropped += 1
            guard isJSON else { return }
            try output.write(Listing.json(Array(letter.fields.prefix(3))))
            try output.flush()
        }
        note("forgot \(Self.count(dropped, "dead letter"))")
        return code
    }
}

// MARK: - Finding them

extension ControlCommand {
    /// Does something to each letter that the command line names.
    private func forEachLetter(
        in store: any DeadLetterStore,
        includingMessages: Bool,
        _ body: (StoredLetter) throws(CommandError) -> Void
    ) throws(CommandError) -> ExitCode {
        guard arguments.flag("all") else {
            var code = ExitCode.success
            for name in arguments.operands {
                let letters = try letters(in: store, named: name)
                if letters.isEmpty { code = .noSuchTask }
                for letter in letters { try body(letter) }
            }
            return code
        }
        let names = arguments.value("queue").map { [$0] } ?? []
        for queue in try queuesOrAll(names) {
            // Those that are there now: what is sent again may die again.
            var left = try reportingBrokerErrors { () throws(BrokerError) in
                try store.count(deadOf: queue)
            }
            while left > 0 {
                let page = try letters(
                    in: store,
                    of: queue,
                    skipping: 0,
                    includingMessages: includingMessages
                ).prefix(left)
                if page.isEmpty { break }
                for letter in page { try body(letter) }
                left -= page.count
            }
        }
        return .success
    }

    private func letters(
        in store: any DeadLetterStore,
        of queue: QueueName,
        skipping skipped: Int,
        includingMessages: Bool
    ) throws(CommandError) -> [StoredLetter] {
        try reportingBrokerErrors { () throws(BrokerError) in
            try store.deadLetters(
                of: queue,
                skipping: skipped,
                upTo: Self.page,
                includingMessages: includingMessages
            )
        }
    }

    /// Says so if there is none.
    private func letters(
        in store: any DeadLetterStore,
        named name: String
    ) throws(CommandError) -> [StoredLetter] {
        let isListed = broker.queueInspection?.listsAllQueues ?? false
        let queues = isListed ? [] : try queuesOrAll([])
        let letters = try reportingBrokerErrors { () throws(BrokerError) in
            try store.deadLetters(named: name, among: queues)
        }
        if letters.isEmpty {
            diagnostics.error("no dead letter \(name): tq-ctl dead list shows them all")
        }
        return letters
    }
}
