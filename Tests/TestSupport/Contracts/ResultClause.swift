import TaskQueue
import Testing

/// A sentence of what every ``ResultBackend`` promises, and how to find out whether one keeps it.
package struct ResultClause: Sendable {
    package let sentence: String
    private let body: @Sendable (TaskStore) async throws -> Void

    init(_ sentence: String, _ body: @escaping @Sendable (TaskStore) async throws -> Void) {
        self.sentence = sentence
        self.body = body
    }

    package static let all = records + waiting + progress + workflows

    /// Records an issue wherever the promise is not kept.
    ///
    /// - Parameter store: empty, and used by nobody else.
    /// - Throws: what the ways to look into it throw, which is not expected.
    package func check(_ store: TaskStore) async throws {
        try await withTaskExecutorPreference(BlockingExecutor.shared) { try await body(store) }
    }
}

extension ResultClause: CustomTestStringConvertible {
    var testDescription: String { sentence }
}
