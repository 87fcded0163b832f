import TaskQueue
import Testing

/// A sentence of what every ``Broker`` promises, and how to find out whether one keeps it.
package struct BrokerClause: Sendable {
    package let sentence: String
    private let body: @Sendable (TaskStore) async throws -> Void

    init(_ sentence: String, _ body: @escaping @Sendable (TaskStore) async throws -> Void) {
        self.sentence = sentence
        self.body = body
    }

    package static let all =
        order + delays + settling + next + progress + requeueing + deadLetters + arrivals
        + contents + recovery + suspects + concurrency + administration + unique + names + beat
        + liveEntries

    /// Records an issue wherever the promise is not kept.
    ///
    /// - Parameter store: empty, and used by nobody else.
    /// - Throws: what the ways to look into it throw, which is not expected.
    package func check(_ store: TaskStore) async throws {
        try await withTaskExecutorPreference(BlockingExecutor.shared) { try await body(store) }
    }
}

extension BrokerClause: CustomTestStringConvertible {
    var testDescription: String { sentence }
}
