import Synchronization
import TaskQueueWorker

/// A log that a test can look into.
final class LogKeeper: Sendable {
    private let messages = Mutex<[String]>([])

    var logger: Logger { Logger(label: "tests") { _ in Handler(keeper: self) } }

    func has(_ part: String) -> Bool {
        messages.withLock { $0.contains { $0.contains(part) } }
    }

    private struct Handler: LogHandler {
        let keeper: LogKeeper
        var logLevel = Logger.Level.info
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            keeper.messages.withLock { $0.append("\(event.message)") }
        }
    }
}
