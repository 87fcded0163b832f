/// Workers that live: each writes its record again and again.
extension FleetMemory {
    func present(_ worker: String, _ record: PresenceRecord) throws(BrokerError) {
        let record = SharedRecord(key(.worker, worker), record.json, for: Lease.length)
        _ = try write([record], if: .always)
    }

    func leave(_ worker: String) throws(BrokerError) {
        try remove([key(.worker, worker)])
    }

    /// Those that live, by the ids of their leases.
    func presences() throws(BrokerError) -> [String: PresenceRecord] {
        var presences: [String: PresenceRecord] = [:]
        for (worker, json) in try records(.worker) {
            presences[worker] = PresenceRecord(json, of: worker)
        }
        return presences
    }

    /// The tasks in workers' hands, those taken first in front, as far as their workers have said so.
    package func runningTasks() throws(BrokerError) -> [RunningTask] {
        try presences().values.flatMap(\.tasks).sorted {
            ($0.takenAt ?? .earliest, $0.id?.text ?? "") < (
                $1.takenAt ?? .earliest, $1.id?.text ?? ""
            )
        }
    }
}
