package import TaskQueue

extension RedisResultBackend: ChordCounting {
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
}
