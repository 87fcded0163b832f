internal import TaskQueue

/// What is known of a worker whose lease may have run out.
struct WorkerSign {
    let id: String
    /// By which it renewed its lease last; `nil`: it is of an older tq.
    let clock: String?
    /// When, by that clock, in microseconds.
    let beat: Int64
    /// `nil`: it is not known.
    let process: String?
    /// By the clock on the wall.
    let leaseUntil: Timestamp

    /// Of a row with these columns: id, clock, beat, process, end of the lease.
    init(_ row: SQLiteRow) {
        id = row.text(0)
        clock = row.isNull(1) ? nil : row.text(1)
        beat = row.integer(2)
        process = row.isNull(3) ? nil : row.text(3)
        leaseUntil = Timestamp(microseconds: row.integer(4))
    }
}

/// Decides which workers are dead.
///
/// Leases are compared by the clock of the machine, so that neither a clock on the wall that is set nor a
/// machine that sleeps ends one. And where for a while nobody could renew a lease (another program had
/// the lock, the disk was full, all were stopped), leases of live workers have run out. These get the
/// time to come back, because only a worker that has itself renewed its lease for as long without a gap
/// takes others for dead. A process that has ended needs no such time.
struct LeaseJudge {
    /// A worker that renews its lease later than that was kept from it.
    static let longestGap: Duration = .milliseconds(5500)

    /// When a worker that goes by another clock was first seen with this beat, by ours.
    private var seen: [String: (sign: [Int64], at: Int64)] = [:]

    /// - Parameters:
    ///   - signs: of all workers except those whose lease runs by the clock of this machine.
    ///   - steadySince: since when the asking worker has renewed its own lease without a gap; `nil`: it
    ///     has no lease.
    /// - Returns: the ids of those that are dead.
    mutating func dead(_ signs: [WorkerSign], steadySince: Int64?) -> [String] {
        let now = MachineClock.now
        let names = Set(signs.map(\.id))
        seen = seen.filter { names.contains($0.key) }
        return signs.filter { isDead($0, now, steadySince ?? now) }.map(\.id)
    }

    private mutating func isDead(_ sign: WorkerSign, _ now: Int64, _ steadySince: Int64) -> Bool {
        let length = Lease.length.microseconds
        let since = firstSeen(sign, now)
        if sign.clock == MachineClock.name, sign.beat <= now {
            if sign.process.map(ProcessMark.hasEnded) ?? false { return true }
            return now - steadySince >= length
        }
        if let clock = sign.clock, !clock.hasPrefix(MachineClock.boot), sign.leaseUntil < .now() {
            // It is from before the machine was started.
            return true
        }
        return now - max(since, steadySince) >= length
    }

    /// Since when it has not renewed its lease, as far as is known here.
    private mutating func firstSeen(_ sign: WorkerSign, _ now: Int64) -> Int64 {
        let mark = [sign.beat, sign.leaseUntil.microseconds]
        if let known = seen[sign.id], known.sign == mark { return known.at }
        seen[sign.id] = (mark, now)
        return now
    }
}
