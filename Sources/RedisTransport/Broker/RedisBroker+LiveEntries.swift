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

    package func register(
        live entries: [LiveRegistration],
        at now: Timestamp
    ) throws(BrokerError) -> [BeatRecord?] {
        var records: [BeatRecord?] = []
        for batch in entries.batches(of: Self.largestBatch) {
            records += try scripts.run(RegisterLiveEntries(entries: batch, now: now))
        }
        return records
    }

    package func add(
        _ entries: [NewLiveEntry],
        replacing replaces: Bool,
        at now: Timestamp
    ) throws(BrokerError) -> [LiveAddition] {
        var additions: [LiveAddition] = []
        for batch in entries.batches(of: Self.largestBatch) {
            additions += try scripts.run(
                AddLiveEntries(entries: batch, replaces: replaces, now: now)
            )
        }
        return additions
    }

    package func remove(live name: String) throws(BrokerError) -> LiveRemoval {
        try scripts.run(RemoveLiveEntry(name: name))
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
