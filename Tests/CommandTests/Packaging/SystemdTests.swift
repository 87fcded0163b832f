import TestSupport
import Testing

@Suite(
    "the units for systemd",
    .timeLimit(.minutes(60)),
    .requires(Program.isInstalled("systemd-analyze"), "systemd-analyze")
)
struct SystemdTests {
    private static let name = "tq-work@.service"

    @Test(
        "have nothing that systemd-analyze warns of",
        arguments: [(name, "tq-work"), ("tq-beat.service", "tq-beat")]
    )
    func verify(_ name: String, _ program: String) async throws {
        var unit = try PackagedFile(name)
        try unit.replace("/usr/local/bin/\(program)", by: Program.path(program))
        #expect(try await Self.verified(unit, name) == [])
    }

    @Test(
        "would be warned of if they started what is not there, or said what systemd does not know"
    )
    func warnings() async throws {
        var unit = try PackagedFile(Self.name)
        try unit.replace("/usr/local/bin/tq-work", by: "/nowhere/tq-work")
        try unit.replace("KillMode=", by: "KilMode=")
        let lines = try await Self.verified(unit)
        #expect(lines.contains { $0.contains("'KilMode'") })
        #expect(lines.contains { $0.contains("/nowhere/tq-work is not executable") })
    }

    /// What systemd-analyze says of a unit; it has looked at others that it needs, too.
    private static func verified(
        _ unit: PackagedFile,
        _ name: String = name
    ) async throws -> [String] {
        try await TemporaryDirectory.with { folder in
            let path = try folder.write(unit.text, to: name)
            let outcome = try await run("systemd-analyze", "verify", "--man=no", path)
            return (outcome.output + outcome.errors).split(separator: "\n").map(String.init)
                .filter { $0.contains("tq-work@") || $0.contains("tq-beat.") }
        }
    }

    @Test("starts a worker with options that it knows, for the settings of its name")
    func start() async throws {
        let settings = "worker_queues = ['mail']\ntasks_dir = 'tasks'"
        try await Workplace.with(tasks: ["t": "true"]) { place in
            try place.write(settings, to: "mail.toml")
            var unit = try PackagedFile(Self.name)
            try unit.replace("/etc/tq", by: place.path)
            try unit.replace("%i", by: "mail")
            try unit.replace("%%", by: "%")
            let line = unit.lines(commentedBy: "#").first { $0.hasPrefix("ExecStart=") }
            let command = try #require(line).split(separator: " ").dropFirst()
            let check = try await place.shell("tq-work \(command.joined(separator: " ")) --check")
            let lines = try check.succeeded().lines
            #expect(lines.first?.hasPrefix("worker       mail@") == true)
            #expect(lines.contains("queues       mail"))
            #expect(lines.last == "task         t: \(place.path("tasks/t"))")
        }
    }
}
