import Glibc
import TaskQueueWorker

/// A Redis server of a test's own, on a Unix socket.
struct Server {
    /// Where Celery sends what nobody routes.
    static let queue = "celery"

    private let directory: String

    private var socketPath: String { "\(directory)/redis.sock" }

    /// What clients and workers of it are told.
    var configuration: TaskQueueConfiguration {
        TaskQueueConfiguration(
            brokerURL: "unix://\(socketPath)",
            settingsFile: "\(directory)/tq.toml"
        )
    }

    /// Lends a running server, and ends it afterwards.
    static func with(_ body: (Server) async throws -> Void) async throws {
        var template = Array("/tmp/tq-ecosystem-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure("no folder could be made") }
        let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        let server = Server(directory: path)
        defer { _ = try? Child.run(["rm", "-r", path]) }
        guard let settings = fopen("\(path)/tq.toml", "w") else { throw Failure("no tq.toml") }
        fclose(settings)
        let words = ["--port", "0", "--unixsocket", server.socketPath, "--save", "", "--dir", path]
        let child = try Child(["redis-server"] + words)
        defer { child.end() }
        try await eventually("redis-server") { try server.command("PING") == "PONG" }
        try await body(server)
    }

    /// What redis-cli prints of the answer.
    @discardableResult
    func command(_ words: String...) throws -> String {
        try Child.run(["redis-cli", "-s", socketPath] + words)
    }

    /// Puts a task on a queue as Celery does.
    ///
    /// - Parameters:
    ///   - task: its name.
    ///   - id: its id.
    ///   - queue: where it is put.
    ///   - headers: more of them: members of a JSON object.
    /// - Throws: ``Failure`` if redis-cli cannot be started.
    func push(
        _ task: String,
        id: String = UUID.random(),
        queue: String = queue,
        headers: String = ""
    ) throws {
        let more = headers.isEmpty ? "" : ", \(headers)"
        let properties = """
            "correlation_id": "\(id)", "delivery_mode": 2, "priority": 0, "body_encoding": "utf-8", \
            "delivery_info": {"exchange": "", "routing_key": "\(queue)"}, "delivery_tag": "\(id)"
            """
        let message = """
            {"body": "[[], {}, {\\"callbacks\\": null, \\"errbacks\\": null, \\"chain\\": null, \\"chord\\": null}]", \
            "content-encoding": "utf-8", "content-type": "application/json", \
            "headers": {"lang": "py", "task": "\(task)", "id": "\(id)", "retries": 0\(more)}, \
            "properties": {\(properties)}}
            """
        try command("LPUSH", queue, message)
    }

    /// How many tasks wait.
    var waiting: Int {
        get throws { Int(try command("LLEN", Self.queue)) ?? -1 }
    }
}
