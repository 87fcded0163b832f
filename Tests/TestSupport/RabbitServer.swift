import Glibc
import Synchronization

/// A RabbitMQ node of a test's own, on free ports of the loopback interface, with its own cookie and epmd.
package final class RabbitServer: Sendable {
    private static let folder = "/usr/lib/rabbitmq/bin"

    /// The port at 127.0.0.1.
    package let port: Int
    private let distributionPort: Int
    private let epmdPort: Int
    private let directory: TemporaryDirectory
    private let settings: String
    private let processes = Mutex<[Spawned]>([])

    /// Whether RabbitMQ is there.
    package static var isInstalled: Bool {
        access("\(folder)/rabbitmq-server", X_OK) == 0 && Program.isInstalled("epmd")
    }

    /// Lends a running node to `body`, and ends it afterwards.
    ///
    /// - Parameters:
    ///   - settings: of the application `rabbit`, as `{consumer_timeout, 5000}`.
    ///   - body: what to do while it runs.
    /// - Returns: what `body` returns.
    /// - Throws: ``ProcessError`` when it does not start; what `body` throws.
    package static func with<Value>(
        settings: String = "",
        _ body: (RabbitServer) async throws -> Value
    ) async throws -> Value {
        try await TemporaryDirectory.with { directory in
            let server = RabbitServer(
                port: try freePort(),
                distributionPort: try freePort(),
                epmdPort: try freePort(),
                directory,
                settings
            )
            do {
                try await server.start()
                let value = try await body(server)
                await server.kill()
                return value
            } catch {
                await server.kill()
                throw error
            }
        }
    }

    private init(
        port: Int,
        distributionPort: Int,
        epmdPort: Int,
        _ directory: TemporaryDirectory,
        _ settings: String
    ) {
        self.port = port
        self.distributionPort = distributionPort
        self.epmdPort = epmdPort
        self.directory = directory
        self.settings = settings
    }

    /// Where it is for clients.
    package func url(_ vhost: String = "") -> String { "amqp://127.0.0.1:\(port)/\(vhost)" }

    private var environment: [String: String?] {
        [
            "RABBITMQ_NODENAME": "tq\(port)@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": "\(port)",
            "RABBITMQ_DIST_PORT": "\(distributionPort)",
            "ERL_EPMD_PORT": "\(epmdPort)",
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_MNESIA_BASE": directory.path("data"),
            "RABBITMQ_LOG_BASE": directory.path("log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_ENABLED_PLUGINS_FILE": directory.path("enabled_plugins"),
            "RABBITMQ_CONFIG_FILE": directory.path("rabbitmq"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": directory.path("advanced.config"),
            "RABBITMQ_PID_FILE": directory.path("pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS":
                "-kernel inet_dist_use_interface {127,0,0,1} +S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none",
        ]
    }

    /// Starts it, again after ``kill()``: with what it has kept on its disk.
    package func start() async throws {
        try directory.write("[].\n", to: "enabled_plugins")
        try directory.write("[{rabbit, [\(settings)]}].\n", to: "advanced.config")
        // RabbitMQ would start one that outlives it.
        let epmd = try Spawned(
            Invocation(
                program: "epmd",
                arguments: ["-port", "\(epmdPort)", "-address", "127.0.0.1"],
                directory: directory.path
            )
        )
        let node = try Spawned(
            Invocation(
                program: "\(Self.folder)/rabbitmq-server",
                arguments: [],
                environment: environment,
                directory: directory.path
            )
        )
        processes.withLock { $0 = [node, epmd] }
        try await node.waitUntilPrinted("Server startup complete", timeout: .seconds(180))
    }

    /// Ends it at once, as a power failure would.
    package func kill() async {
        for process in processes.withLock({ list in
            defer { list = [] }
            return list
        }) {
            await process.end()
        }
    }

    /// What `rabbitmqctl` prints.
    package func control(_ arguments: String...) async throws -> String {
        let outcome = try await run(
            "\(Self.folder)/rabbitmqctl",
            arguments: ["--quiet"] + arguments,
            environment: environment,
            directory: directory.path,
            timeout: .seconds(120)
        )
        return try outcome.succeeded().output
    }

    /// Makes vhosts that anybody may use: `v1` and so on.
    package func addVhosts(_ count: Int) async throws {
        let everything = "<<\".*\">>"
        _ = try await control(
            "eval",
            """
            lists:foreach(fun(N) ->
                V = iolist_to_binary(["v", integer_to_list(N)]),
                rabbit_vhost:add(V, <<"test">>),
                rabbit_auth_backend_internal:set_permissions(
                    <<"guest">>, V, \(everything), \(everything), \(everything), <<"test">>)
            end, lists:seq(1, \(count))).
            """
        )
    }
}
