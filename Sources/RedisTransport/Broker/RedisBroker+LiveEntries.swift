package import TaskQueue

extension RedisBroker: LiveEntryStore {
    package func liveVersion() throws(BrokerError) -> Int64 {
        let reply = try connection.run(RedisCommand("GET").adding(RedisKeys.beatGeneration))
        return reply.text.flatMap { Int64($0) } ?? 0
    }

    package func liveEntries() throws(BrokerError) -> [StoredLiveEntry] {
        let parts = try connection.run(RedisCommand("HGETALL").adding(RedisKeys.beatLive)).elements
        var entries: [StoredLiveEntry] = []
        entries.reserveCapacity(parts.count / 2)
        for index in stride(from: 0, to: parts.count - 1, by: 2) {
            guard let name = parts[index].text, let value = parts[index + 1].text else { continue }
            entries.append(Self.entry(name, value))
        }
        return entries.sorted { $0.name < $1.name }
    }

    package func liveEntry(_ name: String) throws(BrokerError) -> StoredLiveEntry? {
        try connection.run(RedisCommand("HGET").adding(RedisKeys.beatLive, name)).text
            .map { Self.entry(name, $0) }
    }

    package func enroll(
        live entries: [LiveEntry],
        at now: Timestamp
    ) throws(BrokerError) -> [BeatRecord?] {
        var records: [BeatRecord?] = []
        for batch in entries.batches(of: Self.largestBatch) {
            let reply = try scripts.run(
                RedisScripts.enrollLive,
                keys: [RedisKeys.beatLive] + batch.map { RedisKeys.beatEntry($0.entry.name) },
                arguments: Self.words("\(now.microseconds)")
                    + batch.flatMap { live in
                        Self.words(live.entry.name, "\(live.version)") + Self.words(live.enrolment)
                    }
            )
            for start in stride(from: 0, to: batch.count * 3, by: 3) {
                let parts = reply.elements[start...]
                records.append(parts.first?.text == "" ? nil : Self.record(parts))
            }
        }
        return records
    }

    package func add(
        _ entries: [LiveDraft],
        replacing replaces: Bool,
        at now: Timestamp
    ) throws(BrokerError) -> [LiveAddition] {
        var additions: [LiveAddition] = []
        for batch in entries.batches(of: Self.largestBatch) {
            let reply = try scripts.run(
                RedisScripts.addLive,
                keys: [RedisKeys.beatLive, RedisKeys.beatGeneration]
                    + batch.map { RedisKeys.beatEntry($0.entry.name) },
                arguments: Self.words("\(now.microseconds)", replaces ? "1" : "0")
                    + batch.flatMap { draft in
                        Self.words(draft.entry.name, draft.text) + Self.words(draft.enrolment)
                    }
            )
            let parts = reply.elements(batch.count * 2)
            for start in stride(from: 0, to: parts.count, by: 2) {
                additions.append(Self.addition(parts[start..<start + 2]))
            }
        }
        return additions
    }

    package func remove(live name: String) throws(BrokerError) -> LiveRemoval {
        let reply = try scripts.run(
            RedisScripts.removeLive,
            keys: [RedisKeys.beatLive, RedisKeys.beatGeneration, RedisKeys.beatEntry(name)],
            arguments: Self.words(name)
        )
        return switch reply.text {
        case "removed": .removed
        case "configured": .configured
        default: .unknown
        }
    }

    private static func words(_ enrolment: BeatEnrolment) -> [[UInt8]] {
        words(enrolment.fingerprint, enrolment.schedule, enrolment.task.text)
    }

    private static func addition(_ parts: ArraySlice<RedisReply>) -> LiveAddition {
        switch parts.first?.text {
        case "added": .added
        case "replaced": .replaced(sent: parts.last?.count ?? 0)
        case "exists": .exists
        default: .configured
        }
    }

    /// Of a value in the hash: version, a line feed, and the table.
    private static func entry(_ name: String, _ value: String) -> StoredLiveEntry {
        let end = value.firstIndex(of: "\n") ?? value.endIndex
        return StoredLiveEntry(
            name: name,
            version: Int64(value[..<end]) ?? 0,
            text: String(value[end...].dropFirst())
        )
    }
}
