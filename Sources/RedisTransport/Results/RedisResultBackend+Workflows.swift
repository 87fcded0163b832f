package import TaskQueue

extension RedisResultBackend: WorkflowStore {
    package func start(_ starts: [ChordStart]) throws(BrokerError) {
        let seconds = String(RedisKeys.chordLifetime.components.seconds)
        for start in starts {
            let base = RedisKeys.chord(start.group)
            _ = try connection.run([
                RedisCommand("DEL").adding(base + ".c"),
                RedisCommand("SET").adding(base + ".s", String(start.size), "EX", seconds),
            ])
        }
    }

    package func count(_ reports: [ChordReport]) throws(BrokerError) -> [[ChordMember]?] {
        reports.isEmpty ? [] : try scripts.run(reports.map(CountReport.init))
    }

    package func close(_ groups: [String]) throws(BrokerError) {
        let seconds = String(RedisKeys.chordLifetime.components.seconds)
        for group in groups {
            let base = RedisKeys.chord(group)
            _ = try connection.run([
                RedisCommand("SET").adding(base + ".c", "done", "EX", seconds),
                RedisCommand("DEL").adding(base + ".j", base + ".t", base + ".s", base + ".d"),
            ])
        }
    }

    /// Ids that ``SentRecorder`` remembers by the hour are pending as soon as one that was made later is sent.
    package func promise(_ ids: [TaskID]) throws(BrokerError) {
        let others = ids.filter { TaskIDParts($0) == nil }
        guard !others.isEmpty else { return }
        let time = RedisKeys.chordLifetime + (lifetime ?? .zero)
        let seconds = String(time.components.seconds)
        _ = try connection.run(
            others.map { RedisCommand("SET").adding(RedisKeys.sent(id: $0), "1", "EX", seconds) }
        )
    }

    package func keep(_ members: [TaskID], of group: String) throws(BrokerError) {
        let record = GroupRecord.json(members, of: group)
        let key = RedisKeys.chord(group)
        var command = RedisCommand("SET").adding(key)
        command.add(record)
        if let lifetime { command = command.adding("PX", String(lifetime.microseconds / 1000)) }
        var announcement = RedisCommand("PUBLISH").adding(key)
        announcement.add(record)
        _ = try connection.run([command, announcement])
    }

    package func members(of group: String) throws(BrokerError) -> [TaskID]? {
        let reply = try connection.run([RedisCommand("GET").adding(RedisKeys.chord(group))])
        return reply.first?.bytes.flatMap(GroupRecord.members)
    }
}
