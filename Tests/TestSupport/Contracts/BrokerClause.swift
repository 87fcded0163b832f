package import TaskQueue
import Testing

/// A sentence of what every ``Broker`` promises, or every one of some capabilities, and how to find out
/// whether one keeps it.
package struct BrokerClause: Sendable {
    package let sentence: String
    /// What a broker can of which it is asked.
    private var needs: Set<Capability>
    /// Whether it is for brokers alone to which a worker's connection is its lease.
    private var isForConnections = false
    private let body: @Sendable (TaskStore) async throws -> Void

    init(
        _ sentence: String,
        needs: Set<Capability> = [],
        _ body: @escaping @Sendable (TaskStore) async throws -> Void
    ) {
        self.sentence = sentence
        self.needs = needs
        self.body = body
    }

    package static let all =
        declared + order + delays + settling + next + workflows + progress + requeueing
        + deadLetters + arrivals
        + contents + recovery + suspects + outages + connections + concurrency + administration
        + unique + names + beat + liveEntries + records

    /// Whether it asks for any of some capabilities.
    package func needs(anyOf capabilities: Set<Capability>) -> Bool {
        !needs.isDisjoint(with: capabilities)
    }

    /// Whether it asks for no other than some capabilities.
    package func needs(nothingBut capabilities: Set<Capability>) -> Bool {
        needs.isSubset(of: capabilities)
    }

    /// Records an issue wherever the promise is not kept.
    ///
    /// The test of a store that does not declare what the clause needs is cancelled, and named in the output;
    /// what is declared and not there is an error.
    ///
    /// - Parameter store: empty, and used by nobody else.
    /// - Throws: what the ways to look into it throw, which is not expected.
    package func check(_ store: TaskStore) async throws {
        let missing = needs.subtracting(store.capabilities).map(\.rawValue).sorted()
        if !missing.isEmpty {
            let reason = "no \(missing.joined(separator: ", "))"
            // What is cancelled is not told of each case.
            print("➜ \(try store.broker().kind), \(reason), is not asked whether \(sentence)")
            try Test.cancel("\(reason)")
        }
        if isForConnections, store.connections == nil {
            try Test.cancel("connections are no leases")
        }
        try await withTaskExecutorPreference(BlockingExecutor.shared) { try await body(store) }
    }
}

extension [BrokerClause] {
    /// The same clauses, for brokers that can all this.
    func needing(_ capabilities: Capability...) -> [BrokerClause] {
        map { $0.needing(capabilities) }
    }

    /// The same clauses, for brokers to which a worker's connection is its lease.
    func forConnections() -> [BrokerClause] { map { $0.forConnections() } }
}

extension BrokerClause {
    fileprivate func needing(_ capabilities: [Capability]) -> BrokerClause {
        var copy = self
        copy.needs.formUnion(capabilities)
        return copy
    }

    fileprivate func forConnections() -> BrokerClause {
        var copy = self
        copy.isForConnections = true
        return copy
    }
}

extension BrokerClause: CustomTestStringConvertible {
    var testDescription: String { sentence }
}
