import TestSupport
import Testing

@testable import AMQPTransport
@testable import TaskQueue

extension AMQPBroker {
    /// A worker's connection to a server, on which little is waited for but what `timing` says.
    static func worker(
        at url: String,
        declaring declaration: QueueDeclaration = QueueDeclaration(),
        remembering first: FirstDeliveries = FirstDeliveries(),
        _ timing: Timing
    ) throws -> AMQPBroker {
        let address = try AMQPAddress([try #require(URLText(url))])
        return try AMQPBroker(
            address,
            worker: "w",
            declaring: declaration,
            remembering: first,
            timing: timing
        )
    }

    /// Looks after the connection for a moment, as a worker does in each wait.
    func tendForAMoment() async throws {
        try tend()
        // A thread that waits in poll(2) would be missing to other tests.
        try await Task.sleep(for: .milliseconds(50))
    }
}
