/// A worker's identity, for people: written beside its lease.
package struct WorkerIdentity: Equatable, Sendable {
    /// In the form of Celery's workers: `tq@host`.
    package let name: String
    package let host: String
    /// The number of its process on that host.
    package let pid: Int
    package let startedAt: Timestamp

    package init(name: String, host: String, pid: Int, startedAt: Timestamp) {
        self.name = name
        self.host = host
        self.pid = pid
        self.startedAt = startedAt
    }
}
