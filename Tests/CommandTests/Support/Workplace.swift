import TestSupport

/// A folder with settings and tasks, and a broker of its own, in which tq's programs are run.
///
/// The programs are told of the broker by `$TQ_BROKER_URL`, and run in the folder.
struct Workplace: Sendable {
    let transport: Transport
    let url: String
    /// Where results are; `nil`: where the broker is.
    let resultURL: String?
    /// `nil` where there is none.
    let redis: RedisServer?
    private let directory: TemporaryDirectory

    /// Lends a workplace to `body`, and removes it with all that runs in it afterwards.
    ///
    /// - Parameters:
    ///   - transport: what its broker is.
    ///   - settings: the text of its `tq.toml`; without one, there is none.
    ///   - tasks: the scripts in its tasks directory by their tasks' names, for `sh`.
    ///   - options: for redis-server, if it is one.
    ///   - body: what to do there.
    /// - Returns: what `body` returns.
    /// - Throws: when it cannot be set up; what `body` throws.
    static func with<Value>(
        _ transport: Transport = .sqlite,
        settings: String? = nil,
        tasks: [String: String] = [:],
        redis options: [String] = [],
        _ body: (Workplace) async throws -> Value
    ) async throws -> Value {
        try await TemporaryDirectory.with { directory in
            if let settings { try directory.write(settings, to: "tq.toml") }
            for (name, script) in tasks {
                let file = "tasks/" + name.replacing(".", with: "/")
                try directory.write("#!/bin/sh\n\(script)\n", to: file, mode: 0o755)
            }
            guard transport == .redis else {
                let url = "sqlite:\(directory.path("tq.db"))"
                return try await body(Workplace(transport, url, nil, nil, directory))
            }
            return try await RedisServer.with(options: options) { server in
                try await body(Workplace(transport, server.url, nil, server, directory))
            }
        }
    }

    /// The same with a broker on the RabbitMQ server of the suite, and results in SQLite or Redis.
    ///
    /// - Parameters:
    ///   - vhost: which nobody else uses.
    ///   - results: where results are.
    ///   - tasks: as above.
    ///   - settings: as above.
    ///   - body: what to do there.
    /// - Returns: what `body` returns.
    /// - Throws: when it cannot be set up; what `body` throws.
    static func withRabbit<Value>(
        vhost: String,
        results: Transport = .sqlite,
        tasks: [String: String] = [:],
        settings: String? = nil,
        _ body: (Workplace) async throws -> Value
    ) async throws -> Value {
        guard let url = RabbitServer.current?.url(vhost) else { throw NoServer() }
        return try await with(results, settings: patient(settings), tasks: tasks) { place in
            try await body(Workplace(results, url, place.url, place.redis, place.directory))
        }
    }

    /// The same with results that are sent to those who wait for them.
    static func withReplies<Value>(
        vhost: String,
        tasks: [String: String] = [:],
        settings: String? = nil,
        _ body: (Workplace) async throws -> Value
    ) async throws -> Value {
        guard let url = RabbitServer.current?.url(vhost) else { throw NoServer() }
        return try await with(.sqlite, settings: patient(settings), tasks: tasks) { place in
            try await body(Workplace(.sqlite, url, "rpc://", nil, place.directory))
        }
    }

    private struct NoServer: Error {}

    /// A server for many suites takes its time where much else runs.
    private static func patient(_ settings: String?) -> String {
        "connect_timeout = 30\n" + (settings ?? "")
    }

    private init(
        _ transport: Transport,
        _ url: String,
        _ resultURL: String?,
        _ redis: RedisServer?,
        _ directory: TemporaryDirectory
    ) {
        self.transport = transport
        self.url = url
        self.resultURL = resultURL
        self.redis = redis
        self.directory = directory
    }
}

// MARK: - Its files

extension Workplace {
    var path: String { directory.path }

    func path(_ name: String) -> String { directory.path(name) }

    @discardableResult
    func write(_ contents: String, to name: String, mode: UInt32 = 0o644) throws -> String {
        try directory.write(contents, to: name, mode: mode)
    }

    /// The lines of a file that tasks write to; none if it is not there.
    func lines(_ name: String) -> [String] {
        let text = (try? directory.text(name)) ?? ""
        return text.split(separator: "\n").map(String.init)
    }
}
