/// Where a task stands: Celery's words, and whatever word a task sets itself.
package struct TaskState: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Sent, and not finished: no record is there yet.
    package static let pending = TaskState(rawValue: "PENDING")
    package static let started = TaskState(rawValue: "STARTED")
    /// Still running, and told how far it has come.
    package static let progress = TaskState(rawValue: "PROGRESS")
    package static let retry = TaskState(rawValue: "RETRY")
    package static let success = TaskState(rawValue: "SUCCESS")
    package static let failure = TaskState(rawValue: "FAILURE")
    /// Revoked, or expired before it ran.
    package static let revoked = TaskState(rawValue: "REVOKED")
    /// It has ended, but nobody knows how: its worker stores no results, or the result was forgotten.
    ///
    /// No record has this state; it is only for those who wait.
    package static let gone = TaskState(rawValue: "")

    /// What a record says that stays when an outcome is to be stored under its id: as with Celery.
    package static let lastingOutcomes: [TaskState] = [.success]
    /// What a record says that stays when a task of its id tells that it still runs.
    package static let outcomes: [TaskState] = [.success, .failure, .revoked]

    /// Whether nothing follows.
    package var isFinal: Bool { Self.outcomes.contains(self) || self == .gone }
}
