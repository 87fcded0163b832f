package import TaskQueue

extension RedisBroker: BeatStore {
    /// How long an entry is remembered that does not fire, in seconds: a yearly one has fired by then.
    private static let entryLifetime = "34560000"

    package func take(_ lease: BeatLease) throws(BrokerError) -> BeatLead {
        let reply = try scripts.run(
            RedisScripts.takeBeatLease,
            keys: [RedisKeys.beatLease(lease.group)],
            arguments: Self.words(lease.holder, "\(BeatLease.length.microseconds / 1000)")
        )
        let holder = reply.elements.first?.text ?? ""
        guard holder != lease.holder else { return .held }
        return .heldByOther(holder, remaining: .milliseconds(reply.elements.last?.count ?? 0))
    }

    package func release(_ lease: BeatLease) throws(BrokerError) {
        _ = try scripts.run(
            RedisScripts.releaseBeatLease,
            keys: [RedisKeys.beatLease(lease.group)],
            arguments: Self.words(lease.holder)
        )
    }

    package func installation() throws(BrokerError) -> String {
        let replies = try connection.run([
            RedisCommand("SETNX").adding(RedisKeys.installation, UUIDText.random()),
            RedisCommand("GET").adding(RedisKeys.installation),
        ])
        return replies[1].text ?? ""
    }

    package func enroll(
        _ entries: [BeatEnrolment],
        at now: Timestamp
    ) throws(BrokerError) -> [BeatRecord] {
        var records: [BeatRecord] = []
        var rest = entries[...]
        while !rest.isEmpty {
            let batch = rest.prefix(Self.largestBatch)
            rest = rest.dropFirst(batch.count)
            let reply = try scripts.run(
                RedisScripts.enroll,
                keys: batch.map { RedisKeys.beatEntry($0.name) },
                arguments: Self.words("\(now.microseconds)", Self.entryLifetime)
                    + batch.flatMap { Self.words($0.fingerprint, $0.schedule, $0.task.text) }
            )
            let parts = reply.elements(batch.count * 3)
            for start in stride(from: 0, to: parts.count, by: 3) {
                records.append(Self.record(parts[start...]))
            }
        }
        return records
    }

    package func fire(
        _ firings: [BeatFiring],
        under lease: BeatLease
    ) throws(BrokerError) -> [BeatOutcome] {
        let commands = firings.map { command(for: $0, lease) }
        return try connection.run(commands).map(Self.outcome)
    }

    /// The script goes along, as with ``SendingBatch``.
    private func command(for firing: BeatFiring, _ lease: BeatLease) -> RedisCommand {
        let message = firing.message
        let placement = Placement(message, now: .now(), delays: [])
        let mark = sent.mark(of: message)
        var command = RedisCommand("EVAL", capacity: 4096 + placement.value.count)
            .adding(RedisScripts.fire, "5", RedisKeys.beatLease(lease.group))
            .adding(RedisKeys.beatEntry(firing.entry), placement.key, mark.key)
            .adding(RedisKeys.unique(message.unique?.key ?? ""), lease.holder)
            .adding("\(firing.instant.microseconds)", "\(firing.most ?? 0)", Self.entryLifetime)
            .adding(message.id.text)
        command.add(placement.value)
        for argument in mark.arguments { command.add(argument) }
        command.add(message.unique.map { Self.longestHold($0) } ?? "")
        command.add(RedisKeys.resultPrefix)
        command.add(firing.version.map(String.init) ?? "")
        command.add(message.unique == nil ? "" : Self.expiry(message))
        return command
    }

    private static func outcome(_ reply: RedisReply) -> BeatOutcome {
        let parts = reply.elements
        return switch parts.first?.text {
        case "sent": .sent
        case "held": .overlapped(TaskID(parts.last?.text ?? ""))
        case "paused": .paused
        case "gone": .gone
        case "passed": .passed(record(parts.dropFirst()))
        default: .notLeading
        }
    }

    /// Of last, count and id.
    static func record(_ parts: ArraySlice<RedisReply>) -> BeatRecord {
        let words = parts.prefix(3).map { $0.text ?? $0.integer.map(String.init) ?? "" }
        guard words.count == 3 else { return BeatRecord(lastFiring: .earliest) }
        return BeatRecord(
            lastFiring: Timestamp(microseconds: Int64(words[0]) ?? 0),
            count: Int(words[1]) ?? 0,
            lastTask: words[2].isEmpty ? nil : TaskID(words[2])
        )
    }

    static func words(_ words: String...) -> [[UInt8]] { words.map { Array($0.utf8) } }
}
