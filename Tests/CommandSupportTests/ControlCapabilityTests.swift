import CommandLineOptions
import CommandSupport
import Connections
import TaskQueue
import TaskSettings
import TestSupport
import Testing
import tq_ctl

@Suite("tq-ctl at a broker that cannot do all")
struct ControlCapabilityTests {
    @Test(
        "says in one sentence what that cannot, and which can",
        arguments: [
            ("queues", "list queues, workers and running tasks"),
            ("workers", "list queues, workers and running tasks"),
            ("running", "list queues, workers and running tasks"),
            ("dead list", "list dead letters or send them again"),
            ("dead show x", "list dead letters or send them again"),
            ("dead retry x", "list dead letters or send them again"),
            ("dead retry --all", "list dead letters or send them again"),
            ("dead drop --yes x", "list dead letters or send them again"),
            ("purge celery --yes", "purge a queue or move its tasks"),
            ("move celery mail", "purge a queue or move its tasks"),
            ("pause celery", "pause queues"),
            ("resume celery", "pause queues"),
            ("revoke x", "revoke tasks"),
            ("beat list", "list, pause or forget entries of tq-beat"),
            ("beat pause x", "list, pause or forget entries of tq-beat"),
            ("beat resume x", "list, pause or forget entries of tq-beat"),
            ("beat forget x", "list, pause or forget entries of tq-beat"),
            ("beat add x every\u{a0}9s y", "keep entries that are added while tq-beat runs"),
            ("beat remove x", "keep entries that are added while tq-beat runs"),
        ]
    )
    func says(line: String, deed: String) async throws {
        try await TemporaryDirectory.with { folder in
            let error = #expect(throws: CommandError.self) {
                try run(line, in: folder, LimitedBroker(MemoryBroker(MemoryStore(), worker: "")))
            }
            let message = try #require(error?.message)
            #expect(message.hasPrefix("Limited cannot \(deed): use sqlite: or redis://"))
            let canBeElsewhere = Capability.allCases.contains {
                $0.deed == deed && $0.canBeElsewhere
            }
            #expect(message.hasSuffix(", for results alone too (result_backend)") == canBeElsewhere)
            #expect(error?.code == .badConfiguration)
        }
    }

    @Test("does what takes no more than the broker can")
    func does() async throws {
        try await TemporaryDirectory.with { folder in
            let store = MemoryStore()
            let broker = LimitedBroker(
                MemoryBroker(store, worker: ""),
                to: [.queueControl, .queuePausing]
            )
            try broker.send([OutgoingMessage.sample()])
            #expect(try run("purge celery --yes", in: folder, broker) == .success)
            #expect(try broker.receiveIDs().isEmpty)
            #expect(try run("pause celery", in: folder, broker) == .success)
            try broker.send([OutgoingMessage.sample()])
            #expect(try broker.receiveIDs().isEmpty)
        }
    }

    /// Words are between spaces; a space within one is written without a break.
    private func run(
        _ line: String,
        in folder: TemporaryDirectory,
        _ broker: LimitedBroker
    ) throws -> ExitCode {
        var words = line.split(separator: " ").map { word in
            String(word).split(separator: "\u{a0}").joined(separator: " ")
        }
        words += ["--quiet", "--broker", "sqlite:" + folder.path("tq.db")]
        guard case .run(let arguments) = try tq_ctl.Interface.commandLine.parse(words) else {
            throw Unparsed()
        }
        return try ControlCommand(arguments, Settings()) { _ in broker }.run()
    }

    private struct Unparsed: Error {}
}
