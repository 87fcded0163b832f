package import TaskQueue

extension RedisBroker {
    package func finish(_ tasks: [FinishedTask]) throws(BrokerError) -> [Delivery] {
        let gone = try inBatches(tasks, size: \.size) { tasks throws(BrokerError) in
            let releases = tasks.map { release(of: $0.delivery, next: $0.next) }
            if tasks.contains(where: { !$0.next.isEmpty })
                || releases.contains(where: { $0.id != "" })
            {
                return try finishAndSend(tasks, releases)
            }
            var arguments = [lifetimeArgument]
            for task in tasks {
                arguments.append(Array(task.delivery.tag.utf8))
                arguments.append(task.outcome)
            }
            return try lost(
                tasks.map(\.delivery),
                RedisScripts.finish,
                keys: tasks.map(\.resultKey),
                arguments: arguments
            )
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
            try lost(
                reports.map(\.delivery),
                RedisScripts.report,
                keys: reports.map { RedisKeys.result($0.result.id) },
                arguments: [lifetimeArgument]
                    + reports.flatMap { [Array($0.delivery.tag.utf8), $0.outcome] }
            )
        }
    }

    package func requeue(_ tasks: [RequeuedTask]) throws(BrokerError) -> [Delivery] {
        // Those that wait keep their order; of the others the last comes first, so that the first ends up
        // in front.
        let ordered = tasks.filter { $0.eta != nil } + tasks.filter { $0.eta == nil }.reversed()
        return try inBatches(ordered, size: \.delivery.content.size) {
            tasks throws(BrokerError) in
            var keys: [String] = []
            var arguments: [[UInt8]] = []
            for task in tasks {
                let step = RedisKeys.step(ofPriority: task.priority)
                let queue = task.delivery.queue
                keys += [RedisKeys.list(queue, step: step), RedisKeys.delayed(queue)]
                arguments += [Array(task.delivery.tag.utf8)] + Self.place(of: task, step)
            }
            return try lost(
                tasks.map(\.delivery),
                RedisScripts.requeue,
                keys: keys,
                arguments: arguments
            )
        }
    }

    /// Where a task is put back, and what: ARGV of ``RedisScripts/requeue`` after its tag.
    private static func place(of task: RequeuedTask, _ step: Int) -> [[UInt8]] {
        guard case .envelope(let original) = task.delivery.content else {
            preconditionFailure("a delivery of another broker was given to this one")
        }
        let losses = task.delivery.losses
        let envelope = task.isRedelivered ? Redelivery.envelope(original) : original
        var (due, score, value) = ("", "", envelope)
        if let eta = task.eta {
            due = "\(eta.secondsSinceEpoch)"
            value = DelayedMember(step: step, losses: losses).bytes(envelope)
        } else if losses > 0 {
            // Before all others of its kind.
            score = SuspectMember.score(step: step, losses: losses, milliseconds: 0)
            value = SuspectMember.prefix(step: step, losses: losses) + envelope
        }
        return [Array(due.utf8), Array(score.utf8), Array(task.delivery.queue.text.utf8), value]
    }

    package func setAside(_ letters: [DeadLetter]) throws(BrokerError) -> [Delivery] {
        try inBatches(letters, size: \.delivery.content.size) { letters throws(BrokerError) in
            let age = DeadLetter.longestAge.components.seconds
            var keys: [String] = []
            var arguments = [
                lifetimeArgument, Array(String(DeadLetter.largestCount).utf8),
                Array(String(age).utf8),
            ]
            for letter in letters {
                let release = release(of: letter.delivery)
                keys += [
                    RedisKeys.dead(letter.delivery.queue),
                    letter.resultKey, release.key,
                ]
                arguments += [
                    Array(letter.delivery.tag.utf8), DeadLetterRecord.json(letter),
                    letter.outcome, Array(release.id.utf8),
                ]
            }
            return try lost(
                letters.map(\.delivery),
                RedisScripts.setAside,
                keys: keys,
                arguments: arguments
            )
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
        let others = tasks.flatMap { task in
            task.next.filter { $0.queue != task.delivery.queue }
        }
        let delays = try queuesThatDelay(others)
        var keys: [String] = []
        var arguments = [lifetimeArgument, Array(String(tasks.count).utf8)]
        for (task, release) in zip(tasks, releases) {
            keys += [task.resultKey, release.key]
            arguments.append(Array(task.delivery.tag.utf8))
            arguments.append(task.outcome)
            arguments.append(Array(String(task.next.count).utf8))
            arguments.append(Array(release.id.utf8))
        }
        for task in tasks where !task.next.isEmpty {
            // A tq worker serves the queue that the task came from: this one.
            let delays = delays.union([task.delivery.queue])
            for message in task.next {
                let placement = Placement(message, now: now, delays: delays)
                let mark = sent.mark(of: message)
                keys += [placement.key, mark.key]
                arguments += [Array((placement.due ?? "").utf8), placement.value]
                arguments += mark.arguments
            }
        }
        return try lost(
            tasks.map(\.delivery),
            RedisScripts.finishAndSend,
            keys: keys,
            arguments: arguments
        )
    }

    /// Of results, in ms; 0: they are kept for ever.
    var lifetimeArgument: [UInt8] {
        Array(String((resultLifetime?.microseconds ?? 0) / 1000).utf8)
    }

    /// Runs one of the scripts that return the positions of tasks that were not held any more.
    private func lost(
        _ deliveries: [Delivery],
        _ script: String,
        keys: [String],
        arguments: [[UInt8]]
    ) throws(BrokerError) -> [Delivery] {
        let reply = try scripts.run(
            script,
            keys: [RedisKeys.unacknowledged, RedisKeys.unacknowledgedIndex] + keys,
            arguments: arguments
        )
        return reply.elements.compactMap(\.integer).filter(deliveries.indices.contains).map {
            deliveries[$0]
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
