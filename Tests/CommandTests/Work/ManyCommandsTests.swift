import TestSupport
import Testing

@Suite("thousands of commands at once", .requiresReleaseBuild, .timeLimit(.minutes(60)))
struct ManyCommandsTests {
    private static let count = 2_000

    @Test(
        "run with no thread for any, end right, and leave the worker as it was",
        arguments: Transport.allCases
    )
    func many(_ transport: Transport) async throws {
        let tasks = ["t": "echo x >>started; until [ -e go ]; do read x <gate; done; echo $1"]
        try await Workplace.with(transport, tasks: tasks) { place in
            // A command that waits to be told, at the cost of nothing.
            try await place.shell("mkfifo gate").succeeded()
            try await place.withReleaseProgram("tq-work -c \(Self.count)") { worker in
                try place.write("", to: "go")
                try await place.shell("tq-send -w t 0; rm go started").succeeded()
                try await worker.waitForHeartbeat()
                let before = try worker.footprint()

                try await place.shell("seq \(Self.count) | tq-send t - >ids").succeeded()
                try await eventually(timeout: .seconds(60), every: .milliseconds(100)) {
                    place.lines("started").count == Self.count
                }
                let during = try worker.footprint()
                #expect(during.children.count == before.children.count + Self.count)
                #expect(during.threads == before.threads)

                try place.write("", to: "go")
                let results = try await place.shell(
                    "exec 3<>gate; yes '' >&3 & tq-result --wait - <ids; kill $!"
                )
                #expect(results.lines.map { Int($0) } == Array(1...Self.count))
                try await eventually { try worker.footprint().children == before.children }
                let after = try worker.footprint()
                #expect(after == before, "\(after.difference(from: before))")
                #expect(worker.peakMemory < 64 << 20)
            }
        }
    }
}
