import Synchronization

/// A master, its replica, and three sentinels that watch them: all of a test's own, on loopback.
package final class Sentinels: Sendable {
    package let servers: [RedisServer]
    package let ports: [Int]
    private let processes = Mutex<[Spawned]>([])

    /// Lends them to `body`, when the sentinels know each other and the replica.
    ///
    /// - Parameters:
    ///   - password: that the sentinels ask for; `nil`: none.
    ///   - body: what to do while they run.
    /// - Throws: when they do not come so far; what `body` throws.
    package static func with(
        password: String? = nil,
        _ body: (Sentinels) async throws -> Void
    ) async throws {
        try await RedisServer.with("--repl-diskless-sync-delay", "0") { first in
            try await RedisServer.with(
                "--replicaof",
                "127.0.0.1",
                "\(first.port)",
                "--repl-diskless-sync-delay",
                "0"
            ) { second in
                try await TemporaryDirectory.with { directory in
                    let sentinels = try Sentinels([first, second], password, directory)
                    do {
                        try await sentinels.waitUntilComplete(password)
                        try await body(sentinels)
                        await sentinels.end()
                    } catch {
                        await sentinels.end()
                        throw error
                    }
                }
            }
        }
    }

    private init(
        _ servers: [RedisServer],
        _ password: String?,
        _ directory: TemporaryDirectory
    ) throws {
        self.servers = servers
        ports = try (0..<3).map { _ in try freePort() }
        for port in ports {
            let file = try directory.write(
                """
                port \(port)
                bind 127.0.0.1
                sentinel monitor m 127.0.0.1 \(servers[0].port) 2
                sentinel down-after-milliseconds m 500
                sentinel failover-timeout m 4000
                \(password.map { "requirepass \($0)\nsentinel sentinel-pass \($0)" } ?? "")

                """,
                to: "\(port)/sentinel.conf",
                mode: 0o644
            )
            let started = try Spawned(
                Invocation(
                    program: "redis-server",
                    arguments: [file, "--sentinel", "--dir", directory.path("\(port)")],
                    directory: directory.path
                )
            )
            processes.withLock { $0.append(started) }
        }
    }

    /// Where they are, in the form that needs no settings.
    package var url: String {
        let places = ports.map { "127.0.0.1:\($0)" }.joined(separator: ",")
        return "sentinel://\(places)/1?master=m"
    }

    /// Asks a sentinel.
    package func ask(
        _ index: Int,
        _ words: String...,
        password: String? = nil
    ) async throws -> [String] {
        let outcome = try await run(
            "redis-cli",
            arguments: ["-p", "\(ports[index])"] + words,
            environment: ["REDISCLI_AUTH": password]
        )
        return outcome.lines
    }

    /// Waits until all sentinels call this server the master.
    package func waitForMaster(_ server: RedisServer) async throws {
        for index in ports.indices {
            try await eventually(timeout: .seconds(60)) {
                try await ask(index, "SENTINEL", "get-master-addr-by-name", "m").last
                    == "\(server.port)"
            }
        }
    }

    private func waitUntilComplete(_ password: String?) async throws {
        for index in ports.indices {
            try await eventually(timeout: .seconds(60)) {
                let state = try await ask(index, "SENTINEL", "MASTER", "m", password: password)
                let fields = Dictionary(
                    zip(state.indices, state).filter { $0.0 % 2 == 0 && $0.0 + 1 < state.count }
                        .map { ($0.1, state[$0.0 + 1]) }
                ) { first, _ in first }
                return fields["num-other-sentinels"] == "2" && fields["num-slaves"] == "1"
                    && fields["flags"] == "master"
            }
        }
        try await eventually(timeout: .seconds(60)) {
            try await servers[1].cli("INFO", "replication").contains("master_link_status:up")
        }
    }

    private func end() async {
        for process in processes.withLock({ $0 }) { await process.end() }
    }
}
