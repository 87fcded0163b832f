package import TaskQueue

extension RedisBroker {
    package func finish(_ tasks: [FinishedTask]) throws(BrokerError) -> [Delivery] {
        let ends = tasks.compactMap { task in task.sequel.map { WorkflowEnd(task, $0) } }
        guard ends.isEmpty else {
            let others = tasks.filter { $0.sequel == nil }
            return try (others.isEmpty ? [] : finish(others)) + finishInWorkflow(ends)
        }
        let gone = try inBatches(tasks, size: \.size) { tasks throws(BrokerError) in
            let releases = tasks.map { release(of: $0.delivery, next: $0.next) }
            if tasks.contains(where: { !$0.next.isEmpty })
                || releases.contains(where: { $0.id != "" })
            {
                return try finishAndSend(tasks, releases)
            }
            return try scripts.run(FinishTasks(tasks: tasks, lifetime: resultLifetime ?? .zero))
        }
        if isAnyRevoked {
            let tags = Set(gone.map(\.tag))
            let ended = tasks.filter { $0.next.isEmpty && !tags.contains($0.delivery.tag) }
            try forgetRevocations(of: ended)
        }
        return gone
    }

    package func outdated(_ deliveries: [Delivery]) throws(BrokerError) -> Set<String> {
        let commands = deliveries.map { delivery in
            RedisCommand("GET").adding(RedisKeys.latest(Self.id(of: delivery)))
        }
        let latest = try connection.run(commands).map(\.text)
        let outdated = zip(deliveries, latest).filter { delivery, latest in
            latest != nil && latest != delivery.content.namedSending
        }
        return Set(outdated.map { $0.0.tag })
    }

    package func report(_ reports: [ProgressReport]) throws(BrokerError) -> [Delivery] {
        try inBatches(reports, size: \.result.size) { reports throws(BrokerError) in
            try scripts.run(ReportProgress(reports: reports, lifetime: resultLifetime ?? .zero))
        }
    }

    package func requeue(_ tasks: [RequeuedTask]) throws(BrokerError) -> [Delivery] {
        // Those that wait keep their order; of the others the last comes first, so that the first ends up
        // in front.
        let ordered = tasks.filter { $0.eta != nil } + tasks.filter { $0.eta == nil }.reversed()
        return try inBatches(ordered, size: \.delivery.content.size) {
            tasks throws(BrokerError) in
            try scripts.run(RequeueTasks(tasks: tasks))
        }
    }

    package func deadLetter(_ letters: [DeadLetter]) throws(BrokerError) -> [Delivery] {
        let ends = letters.compactMap { letter in letter.sequel.map { WorkflowEnd(letter, $0) } }
        guard ends.isEmpty else {
            let others = letters.filter { $0.sequel == nil }
            return try (others.isEmpty ? [] : deadLetter(others)) + finishInWorkflow(ends)
        }
        return try inBatches(letters, size: \.delivery.content.size) {
            letters throws(BrokerError) in
            let script = SetAside(
                letters: letters,
                releases: letters.map { release(of: $0.delivery) },
                lifetime: resultLifetime ?? .zero
            )
            return try scripts.run(script)
        }
    }
}

// MARK: - Batches

extension RedisBroker {
    /// Finishes tasks some of which send others, or hold keys.
    private func finishAndSend(
        _ tasks: [FinishedTask],
        _ releases: [Release]
    ) throws(BrokerError) -> [Delivery] {
        let next = try placed(tasks.map { ($0.delivery, $0.next) })
        return try scripts.run(
            FinishAndSend(
                tasks: tasks,
                releases: releases,
                next: next,
                lifetime: resultLifetime ?? .zero
            )
        )
    }

    /// Where the messages go that follow tasks.
    private func placed(
        _ tasks: [(delivery: Delivery, next: [OutgoingMessage])]
    ) throws(BrokerError) -> [FinishAndSend.Next] {
        let others = tasks.flatMap { task in
            task.next.filter { $0.queue != task.delivery.queue }
        }
        let delays = try queuesThatDelay(others)
        let now = now
        return tasks.flatMap { task in
            // A tq worker serves the queue that the task came from: this one.
            let delays = delays.union([task.delivery.queue])
            return task.next.map { message in
                FinishAndSend.Next(
                    placement: Placement(message, now: now, delays: delays),
                    mark: sent.mark(of: message)
                )
            }
        }
    }

    /// Ends tasks of workflows; those that end a chord take another round trip for each that follows from another.
    private func finishInWorkflow(_ ends: [WorkflowEnd]) throws(BrokerError) -> [Delivery] {
        try inBatches(ends, size: \.size) { ends throws(BrokerError) in
            var (open, lost): ([WorkflowEnd], [Delivery]) = (ends, [])
            while !open.isEmpty {
                let script = FinishInWorkflow(
                    ends: open,
                    releases: open.map { release(of: $0.delivery) },
                    next: try placed(open.map { ($0.delivery, $0.sequel.messages) }),
                    lifetime: resultLifetime ?? .zero
                )
                let answer = try scripts.run(script)
                lost += answer.lost
                open = answer.open
            }
            return lost
        }
    }

    private func inBatches<Item>(
        _ items: [Item],
        size: (Item) -> Int = { _ in 0 },
        _ body: ([Item]) throws(BrokerError) -> [Delivery]
    ) throws(BrokerError) -> [Delivery] {
        var lost: [Delivery] = []
        var batch: [Item] = []
        var bytes = 0
        for item in items {
            if batch.count == Self.largestBatch || bytes > Self.largestCommand {
                lost += try body(batch)
                batch = []
                bytes = 0
            }
            batch.append(item)
            bytes += size(item)
        }
        if !batch.isEmpty { lost += try body(batch) }
        return lost
    }
}
