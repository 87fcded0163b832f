package import TaskQueue

extension RedisBroker: BeatAdministration {
    package func beatEntries() throws(BrokerError) -> [BeatSummary] {
        var keys: Set<String> = []
        var cursor = ScanCursor()
        var hasMore = true
        while hasMore {
            let pattern = RedisKeys.beatEntry("*")
            let page = try connection.run(
                RedisCommand("SCAN").adding(cursor.text, "MATCH", pattern, "COUNT", "1000")
            ).elements
            hasMore = cursor.advance(to: page.first?.text)
            keys.formUnion(page.last?.elements.compactMap(\.text) ?? [])
        }
        let sorted = keys.sorted()
        let fields = ["last", "count", "id", "schedule", "task", "paused", "live"]
        let replies = try connection.run(
            sorted.map { key in
                fields.reduce(RedisCommand("HMGET").adding(key)) { $0.adding($1) }
            }
        )
        return zip(sorted, replies).compactMap { key, reply in
            let parts = reply.elements
            guard parts.count == fields.count, parts[0] != .null else { return nil }
            return BeatSummary(
                name: String(key.dropFirst(RedisKeys.beatEntry("").count)),
                schedule: parts[3].text ?? "",
                task: parts[4].text.flatMap(TaskName.init),
                record: BeatRecord(parts[...2]),
                isPaused: parts[5] != .null,
                origin: parts[6] != .null ? .live : .file
            )
        }
    }

    package func setPaused(entry name: String, _ isPaused: Bool) throws(BrokerError) -> Bool? {
        try scripts.run(PauseEntry(name: name, isPaused: isPaused))
    }

    package func forget(entry name: String) throws(BrokerError) -> Bool {
        try scripts.run(ForgetEntry(name: name, now: .now()))
    }
}
