package import Connections
package import TaskQueue

extension Transports {
    /// Reports that no worker is there: see ``AbsenceNotice``.
    ///
    /// - Parameters:
    ///   - diagnostics: where it reports.
    ///   - end: when nobody waits any more; `nil`: as long as it takes.
    /// - Returns: one that looks after two seconds.
    package func absenceNotice(
        _ diagnostics: Diagnostics,
        until end: Instant?
    ) -> AbsenceNotice {
        AbsenceNotice(diagnostics) { () throws(BrokerError) in
            let last = Instant.now + .seconds(2)
            return try openSender(timeout: .seconds(2), until: min(last, end ?? last))
                .queueInspection
        }
    }
}
