package import TaskQueue

/// Says once, when tasks have been waited for for a while, that no worker is there to run them, if that can
/// be seen.
package final class AbsenceNotice {
    /// A worker that starts together with the wait has announced itself by then.
    private static let patience: Duration = .seconds(2)

    /// The queues of the awaited tasks; empty: they are not known.
    package var queues: Set<QueueName> = []
    private let connect: () throws(BrokerError) -> (any QueueInspection)?
    private let diagnostics: Diagnostics
    /// When to look; `nil`: it has looked already.
    package private(set) var due: Instant?

    /// - Parameters:
    ///   - diagnostics: where the notice goes.
    ///   - connect: to the broker; `nil` if that cannot see workers; what goes wrong is not told.
    package init(
        _ diagnostics: Diagnostics,
        connect: @escaping () throws(BrokerError) -> (any QueueInspection)?
    ) {
        self.diagnostics = diagnostics
        self.connect = connect
        due = .now + Self.patience
    }

    /// Somebody runs the awaited tasks: there is no need to look.
    package func withdraw() { due = nil }

    /// Looks for workers, if it is time.
    package func lookIfDue() {
        guard let due, due <= .now else { return }
        self.due = nil
        do throws(BrokerError) {
            guard let broker = try connect() else { return }
            var open: [String] = []
            for queue in queues.sorted(by: { $0.text < $1.text })
            where try !broker.isServed(queue) {
                open.append(queue.text)
            }
            if !open.isEmpty {
                let names = open.joined(separator: ", ")
                diagnostics.note("no worker serves \(names): tasks wait there until one does")
            } else if queues.isEmpty, try !broker.isServed(nil) {
                diagnostics.note("no worker is running: tasks wait until one is")
            }
        } catch {
            // Those who wait will find out, or need not know.
        }
    }
}
