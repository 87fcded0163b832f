import TaskQueue
import TaskQueueClient
import TestSupport
import Testing

/// A broker of a test's own, a client for it, and a folder in which workers run.
struct ClientPlace: Sendable {
    enum Transport: String, CaseIterable, Sendable {
        case sqlite
        case redis
    }

    let client: TaskQueueClient
    let url: String
    /// `nil` on SQLite.
    let redis: RedisServer?
    let directory: TemporaryDirectory

    /// Lends a place to `body`, and closes the client afterwards.
    ///
    /// - Parameters:
    ///   - transport: what its broker is.
    ///   - url: of a broker that is there; `nil`: it has one of its own.
    ///   - settings: the text of its `tq.toml`.
    ///   - tasks: the scripts in its tasks directory by their tasks' names, for `sh`.
    ///   - options: for redis-server.
    ///   - body: what to do there.
    /// - Throws: when it cannot be set up; what `body` throws.
    static func with(
        _ transport: Transport = .sqlite,
        at url: String? = nil,
        settings: String = "",
        tasks: [String: String] = [:],
        server options: [String] = [],
        _ body: (ClientPlace) async throws -> Void
    ) async throws {
        try await TemporaryDirectory.with { directory in
            try directory.write(settings, to: "tq.toml")
            for (name, script) in tasks {
                try directory.write("#!/bin/sh\n\(script)\n", to: "tasks/\(name)", mode: 0o755)
            }
            func lend(_ url: String, _ redis: RedisServer?) async throws {
                let client = try client(for: url, directory)
                let place = ClientPlace(
                    client: client,
                    url: url,
                    redis: redis,
                    directory: directory
                )
                try await body(place)
                await client.close()
            }
            if let url { return try await lend(url, nil) }
            guard transport == .redis else {
                return try await lend("sqlite:\(directory.path("tq.db"))", nil)
            }
            try await RedisServer.with(options: options) { try await lend($0.url, $0) }
        }
    }

    /// Another client, for the same broker or at another URL.
    func anotherClient(_ url: String? = nil) throws -> TaskQueueClient {
        try Self.client(for: url ?? self.url, directory)
    }

    private static func client(
        for url: String,
        _ directory: TemporaryDirectory
    ) throws -> TaskQueueClient {
        try TaskQueueClient(
            TaskQueueConfiguration(
                brokerURL: url,
                resultBackendURL: url.hasPrefix("amqp") ? "rpc://" : nil,
                settingsFile: directory.path("tq.toml")
            )
        )
    }

    /// Starts a worker, and lends it to `body`.
    func withWorker(
        _ options: String...,
        body: () async throws -> Void
    ) async throws {
        let words = options.joined(separator: " ")
        try await withProcess(
            "sh",
            "-c",
            "exec tq-work \(words)",
            environment: ["TQ_BROKER_URL": url],
            directory: directory.path
        ) { _ in
            try await body()
        }
    }

    /// Runs a program of tq's to its end.
    func run(_ program: String, _ arguments: String...) async throws -> Outcome {
        try await TestSupport.run(
            program,
            arguments: arguments,
            environment: ["TQ_BROKER_URL": url],
            directory: directory.path
        )
    }

    /// What waits on SQLite, in the order of sending: `headers`, `properties`, `body`, `queue`, `due`,
    /// `priority`.
    func messages() async throws -> [[String: JSONText]] {
        let sql = """
            SELECT CAST(headers AS TEXT) AS headers, CAST(properties AS TEXT) AS properties,
                CAST(body AS TEXT) AS body, queue, due, priority
            FROM tasks JOIN messages USING (seq) ORDER BY seq
            """
        let path = directory.path("tq.db")
        let outcome = try await TestSupport.run(
            "sqlite3",
            "-json",
            "-cmd",
            ".timeout 10000",
            path,
            input: sql
        ).succeeded()
        guard !outcome.outputBytes.isEmpty else { return [] }
        let rows = try #require(JSONText(outcome.outputBytes).elements)
        return try rows.map { row in
            var columns: [String: JSONText] = [:]
            for (name, value) in row.members ?? [] {
                let isJSON = ["headers", "properties", "body"].contains(name)
                columns[name] = isJSON ? try JSONText((value.string ?? "").utf8) : value
            }
            return columns
        }
    }
}

/// A task that a type describes.
struct Thumbnail: TaskRequest, Equatable {
    static let taskName = "thumbnail"

    /// What `cat` makes of it: the task, as a command finds it on standard input.
    struct Output: Codable, Equatable, Sendable {
        var id: String
        var kwargs: Thumbnail
    }

    var path: String
    var width: Int
}

/// A task that has a queue of its own.
struct Letter: TaskRequest {
    static let taskName = "letter"
    static let sendOptions = SendOptions(queue: "mail", priority: 3)

    var to: String
}

/// A task whose result nobody reads.
struct Note: TaskRequest {
    static let taskName = "note"

    var text: String
}

/// The error that a piece of code throws.
func error<Failure: Error>(
    of type: Failure.Type = Failure.self,
    _ body: () async throws -> Void
) async throws -> Failure {
    do { try await body() } catch let failure as Failure { return failure }
    throw NoError()
}

struct NoError: Error {}
