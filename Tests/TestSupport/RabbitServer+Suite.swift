package import Testing

extension RabbitServer {
    /// That of the running suite; `nil`: it has none.
    @TaskLocal package static var current: RabbitServer?
}

/// Lends one node to all tests of a suite.
package struct RabbitTrait: SuiteTrait, TestScoping {
    let vhosts: Int

    package var isRecursive: Bool { false }

    @concurrent package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing body: @Sendable @concurrent () async throws -> Void
    ) async throws {
        guard RabbitServer.isInstalled else { return try await body() }
        try await RabbitServer.with { server in
            try await server.addVhosts(vhosts)
            try await RabbitServer.$current.withValue(server) { try await body() }
        }
    }
}

extension Trait where Self == RabbitTrait {
    /// A node for the tests of a suite, in ``RabbitServer/current``, with vhosts `v1` and so on.
    package static func rabbitServer(vhosts: Int) -> Self { RabbitTrait(vhosts: vhosts) }
}
