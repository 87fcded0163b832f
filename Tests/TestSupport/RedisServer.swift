import Glibc
import Synchronization

/// A Redis server of a test's own, on a free port of the loopback interface and on a Unix socket.
///
/// It keeps nothing on disk, unless the test's options say so.
package final class RedisServer: Sendable {
    /// The port at 127.0.0.1.
    package let port: Int
    /// What clients need for it, or `nil`.
    package let password: String?

    private let options: [String]
    /// Where it keeps its data.
    package let directory: TemporaryDirectory
    /// `nil` while it is down.
    private let process = Mutex<Spawned?>(nil)

    /// Whether redis-server and redis-cli are there.
    package static var isInstalled: Bool {
        Program.isInstalled("redis-server") && Program.isInstalled("redis-cli")
    }

    /// Lends a running server to `body`, and ends it afterwards.
    ///
    /// - Parameters:
    ///   - options: for redis-server, such as `"--appendonly", "yes"`; they go over our own.
    ///   - password: what clients must give; without one, anybody may.
    ///   - body: what to do while it runs.
    /// - Returns: what `body` returns.
    /// - Throws: ``ProcessError`` when it does not start; what `body` throws.
    package static func with<Value>(
        _ options: String...,
        password: String? = nil,
        _ body: (RedisServer) async throws -> Value
    ) async throws -> Value {
        try await with(options: options, password: password, body)
    }

    /// The same with the options in an array.
    package static func with<Value>(
        options: [String],
        password: String? = nil,
        _ body: (RedisServer) async throws -> Value
    ) async throws -> Value {
        try await TemporaryDirectory.with { directory in
            let server = try await started(options, password, directory)
            do {
                let value = try await body(server)
                await server.kill()
                return value
            } catch {
                await server.kill()
                throw error
            }
        }
    }

    /// Starts a server.
    ///
    /// Another program may take the port that was free before the server does: then it is tried
    /// again with another.
    private static func started(
        _ options: [String],
        _ password: String?,
        _ directory: TemporaryDirectory
    ) async throws -> RedisServer {
        var attemptsLeft = 5
        while true {
            let server = RedisServer(try freePort(), options, password, directory)
            do {
                try await server.start()
                return server
            } catch ProcessError.endedBefore(_, let outcome) where attemptsLeft > 0 {
                guard outcome.output.contains("Address already in use") else {
                    throw ProcessError.failed(outcome)
                }
                attemptsLeft -= 1
            }
        }
    }

    private init(
        _ port: Int,
        _ options: [String],
        _ password: String?,
        _ directory: TemporaryDirectory
    ) {
        self.port = port
        self.options = options
        self.password = password
        self.directory = directory
    }

    /// Where it is for clients, as `redis://127.0.0.1:PORT`, with the password if there is one.
    package var url: String {
        "redis://\(password.map { ":\($0)@" } ?? "")127.0.0.1:\(port)"
    }

    /// The path of its Unix socket.
    package var socketPath: String { directory.path("redis.sock") }

    /// Starts it again after ``kill()``, at the same place; with what it has kept on disk, if its
    /// options made it keep anything.
    ///
    /// - Parameter sign: what it prints when it is far enough.
    /// - Throws: ``ProcessError`` when it does not come so far.
    package func start(until sign: String = "Ready to accept connections") async throws {
        let arguments = [
            "--port", "\(port)", "--bind", "127.0.0.1", "--unixsocket", socketPath,
            "--save", "", "--appendonly", "no", "--dir", directory.path,
        ]
        let started = try Spawned(
            Invocation(
                program: "redis-server",
                arguments: arguments + (password.map { ["--requirepass", $0] } ?? []) + options,
                directory: directory.path
            )
        )
        process.withLock { $0 = started }
        do {
            try await started.waitUntilPrinted(sign)
        } catch {
            await kill()
            throw error
        }
    }

    /// Ends it at once, as a power failure would.
    package func kill() async {
        await process.withLock { $0.take() }?.end()
    }

    /// Ends it at once and starts it again.
    package func restart() async throws {
        await kill()
        try await start()
    }

    /// Stops it from answering; connections stay open, and new ones wait.
    package func pause() {
        process.withLock { $0?.signal(SIGSTOP) }
    }

    /// Lets it go on after ``pause()``.
    package func resume() {
        process.withLock { $0?.signal(SIGCONT) }
    }
}
