/// What becomes of a firing: decided alike by every store that keeps what `tq-beat` has to remember.
extension BeatFiring {
    /// Decides about it, where its sender has the lease.
    ///
    /// - Parameters:
    ///   - known: what is known of its entry; `nil`: nothing.
    ///   - holder: says which unfinished task holds a key; asked only if nothing else keeps it back.
    /// - Returns: what becomes of it.
    /// - Throws: what `holder` throws.
    package func outcome<Failure: Error>(
        in known: KnownEntry?,
        holder: (_ key: String) throws(Failure) -> TaskID?
    ) throws(Failure) -> BeatOutcome {
        if let version, known?.version != version { return .gone }
        if let record = known?.record, isPast(record) { return .passed(record) }
        if known?.isPaused ?? false { return .paused }
        guard let unique = message.unique, let holder = try holder(unique.key) else { return .sent }
        return .overlapped(holder)
    }

    private func isPast(_ record: BeatRecord) -> Bool {
        record.lastFiring >= instant || most.map { record.count >= $0 } ?? false
    }

    /// What is remembered of its entry from then on; `nil`: what was.
    package func record(after outcome: BeatOutcome, in known: KnownEntry?) -> BeatRecord? {
        switch outcome {
        case .gone, .passed, .notLeading: return nil
        case .sent, .paused, .overlapped:
            var record = known?.record ?? BeatRecord(lastFiring: instant)
            record.lastFiring = instant
            if outcome == .sent {
                record.count += 1
                record.lastTask = message.id
            }
            return record
        }
    }
}
