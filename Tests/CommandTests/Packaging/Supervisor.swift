import TestSupport
import Testing

/// A supervisord of a test's own, which runs the programs of `packaging/supervisor`.
struct Supervisor {
    private let place: Workplace
    private static let configuration = "supervisord.conf"

    static var isInstalled: Bool {
        Program.isInstalled("supervisord") && Program.isInstalled("supervisorctl")
    }

    /// Lends one to `body` whose programs run, in a workplace with these tasks, and ends it afterwards.
    static func with(
        _ transport: Transport,
        tasks: [String: String],
        _ body: (Supervisor, Workplace) async throws -> Void
    ) async throws {
        try await Workplace.with(transport, tasks: tasks) { place in
            try place.write("", to: "mail.toml")
            try place.write(configuration(in: place), to: configuration)
            try await place.withProgram("supervisord --nodaemon -c \(configuration)") { _ in
                let supervisor = Supervisor(place: place)
                for program in ["tq-mail:tq-mail-0", "tq-mail:tq-mail-1", "tq-slow"] {
                    try await eventually(timeout: .seconds(30), every: .milliseconds(100)) {
                        try await supervisor.state(of: program) == "RUNNING"
                    }
                }
                try await body(supervisor, place)
            }
        }
    }

    private static func configuration(in place: Workplace) throws -> String {
        var programs = try PackagedFile("supervisor/tq-work.conf")
        try programs.replace("/usr/local/bin", by: Program.builtDirectory)
        try programs.replace("/etc/tq", by: place.path)
        try programs.replace("/srv/app", by: place.path)
        try programs.replace("user=tq\n", by: "")
        try programs.replace("startsecs=2", by: "startsecs=1")
        return """
            [supervisord]
            logfile=\(place.path("supervisord.log"))
            pidfile=\(place.path("supervisord.pid"))
            childlogdir=\(place.path)
            [unix_http_server]
            file=\(place.path("supervisor.sock"))
            [rpcinterface:supervisor]
            supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
            [supervisorctl]
            serverurl=unix://\(place.path("supervisor.sock"))

            \(programs.text)
            """
    }

    /// Has supervisorctl do something, and waits until it is done.
    @discardableResult
    func control(_ arguments: String) async throws -> [String] {
        try await place.shell("supervisorctl -c \(Self.configuration) \(arguments)").succeeded()
            .lines
    }

    /// Such as `RUNNING` or `BACKOFF`.
    func state(of program: String) async throws -> String {
        let lines = try await control("status \(program) || true")
        return lines.first?.split(separator: " ").dropFirst().first.map(String.init) ?? ""
    }
}
