package import TaskQueue

extension RedisBroker: BeatStore {
    package func take(_ lease: BeatLease) throws(BrokerError) -> BeatLead {
        try scripts.run(TakeBeatLease(lease: lease))
    }

    package func release(_ lease: BeatLease) throws(BrokerError) {
        try scripts.run(ReleaseBeatLease(lease: lease))
    }

    package func installation() throws(BrokerError) -> String {
        let replies = try connection.run([
            RedisCommand("SETNX").adding(RedisKeys.installation, UUIDText.random()),
            RedisCommand("GET").adding(RedisKeys.installation),
        ])
        return replies[1].text ?? ""
    }

    package func register(
        _ entries: [BeatRegistration],
        at now: Timestamp
    ) throws(BrokerError) -> [BeatRecord] {
        var records: [BeatRecord] = []
        for batch in entries.batches(of: Self.largestBatch) {
            records += try scripts.run(RegisterEntries(entries: batch, now: now))
        }
        return records
    }

    package func fire(
        _ firings: [BeatFiring],
        under lease: BeatLease
    ) throws(BrokerError) -> [BeatOutcome] {
        var outcomes: [BeatOutcome] = []
        var rest = firings[...]
        while !rest.isEmpty {
            let batch = Self.oneOfEach(rest)
            rest = rest.dropFirst(batch.count)
            outcomes += try scripts.run(batch.map { script(for: $0, lease) })
        }
        return outcomes
    }

    /// The first of the firings, up to one of an entry that is among them already: those of one entry are sent
    /// one after the other, whatever the server has to be told again.
    private static func oneOfEach(_ firings: ArraySlice<BeatFiring>) -> ArraySlice<BeatFiring> {
        var entries: Set<String> = []
        return firings.prefix { entries.insert($0.entry).inserted }
    }

    private func script(for firing: BeatFiring, _ lease: BeatLease) -> FireEntry {
        FireEntry(
            firing: firing,
            lease: lease,
            placement: Placement(firing.message, now: .now(), delays: []),
            mark: sent.mark(of: firing.message)
        )
    }
}
