import TestSupport
import Testing

@Suite("tq-ctl changes queues", .timeLimit(.minutes(60)))
struct ChangeTests {
    @Test("purge needs --yes where nobody can be asked", arguments: Transport.allCases)
    func purge(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            for _ in 0..<2 { _ = try await place.send("t") }
            _ = try await place.send("--in", "1h", "t")
            let refused = try await place.run("tq-ctl", "purge", "celery")
            #expect(refused.status == .exited(64))
            #expect(
                refused.errors == "tq-ctl: remove 2 tasks from celery: add --yes to do so without "
                    + "being asked\n"
            )
            let purged = try await place.run("tq-ctl", "purge", "celery", "-y").succeeded()
            #expect(purged.errors == "tq-ctl: removed 2 tasks from celery\n")
            let rest = try await place.run("tq-ctl", "purge", "celery", "-y", "--delayed", "--json")
            #expect(try rest.succeeded().output == "{\"queue\":\"celery\",\"removed\":1}\n")
            #expect(try await place.messages().isEmpty)
        }
    }

    @Test("on a terminal it asks, and takes no for an answer", arguments: ["n", "", "y"])
    func asks(answer: String) async throws {
        try await Workplace.with { place in
            _ = try await place.send("t")
            let command = "tq-ctl purge celery"
            try await place.shell("echo '\(answer)' | script -qec '\(command)' /dev/null")
                .succeeded()
            #expect(try await place.messages().count == (answer == "y" ? 0 : 1))
        }
    }

    @Test("move puts tasks on another queue, in their order", arguments: Transport.allCases)
    func move(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            var ids: [String] = []
            for priority in ["5", "0", "5"] {
                ids.append(try await place.send("-p", priority, "t"))
            }
            let moved = try await place.run("tq-ctl", "move", "celery", "other").succeeded()
            #expect(moved.errors == "tq-ctl: moved 3 tasks from celery to other\n")
            #expect(try await place.messages().isEmpty)
            let found = try await place.messages(in: "other").map(\.id)
            #expect(found == [ids[1], ids[0], ids[2]])
            let same = try await place.run("tq-ctl", "move", "a", "a")
            #expect(same.status == .exited(64))
        }
    }

    @Test("a worker waits at a paused queue, and goes on at once", arguments: Transport.allCases)
    func pause(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            try await place.withWorker("-q -Q celery,other -c 1 -- echo hello") { _ in
                try await place.run("tq-ctl", "pause", "celery").succeeded()
                let id = try await place.send("t")
                // What comes after it, on another queue, shows that the worker has looked.
                let other = try await place.send("-Q", "other", "t")
                try await eventually { try await place.result(other).status == .exited(0) }
                #expect(try await place.result(id).status == .exited(3))
                let table = try await place.run("tq-ctl", "queues", "celery").succeeded()
                #expect(table.lines.last?.hasSuffix("paused") == true)
                let again = try await place.run("tq-ctl", "pause", "celery").succeeded()
                #expect(again.errors == "tq-ctl: celery is paused already\n")
                try await place.run("tq-ctl", "resume", "celery").succeeded()
                try await eventually { try await place.result(id).status == .exited(0) }
            }
        }
    }

    @Test("what was done is said, and which queue is not known; -q says nothing")
    func words() async throws {
        try await Workplace.with { place in
            _ = try await place.send("t")
            for (words, said) in [
                ("pause celery", ["paused celery"]), ("resume celery", ["resumed celery"]),
                ("resume celery", ["celery is not paused"]),
                ("queues mial", [Self.unknown("mial")]),
                ("purge -y mial", [Self.unknown("mial"), "removed 0 tasks from mial"]),
                ("move mial x", [Self.unknown("mial"), "moved 0 tasks from mial to x"]),
                ("pause mial", [Self.unknown("mial"), "paused mial"]),
                ("resume mial", ["resumed mial"]), ("queues celery", []),
            ] as [(String, [String])] {
                let outcome = try await place.shell("tq-ctl \(words)").succeeded()
                #expect(outcome.errors == said.map { "tq-ctl: \($0)\n" }.joined(), "\(words)")
            }
            #expect(try await place.shell("tq-ctl -q pause x; tq-ctl -q queues y").errors == "")
        }
    }

    private static func unknown(_ queue: String) -> String {
        "no queue \(queue) is known: nothing is in it, and no worker serves it"
    }

    @Test("a burst ends at a paused queue, and its tasks stay")
    func burst() async throws {
        try await Workplace.with(.redis) { place in
            _ = try await place.send("t")
            try await place.run("tq-ctl", "pause", "celery").succeeded()
            try await place.work("--", "true")
            #expect(try await place.messages().count == 1)
        }
    }

    @Test("workers do not look at a paused queue more often than at others")
    func idle() async throws {
        try await Workplace.with(.redis) { place in
            let redis = try #require(place.redis)
            _ = try await place.send("t")
            try await place.run("tq-ctl", "pause", "celery").succeeded()
            try await place.withWorker("-v -c 1 -- true") { worker in
                try await worker.waitUntilPrinted("takes tasks")
                func commands() async throws -> Int {
                    let info = try await redis.cli("INFO", "commandstats")
                    let line = info.split(separator: "\n").first { $0.contains("_evalsha:calls=") }
                    let calls = line?.split { "=,".contains($0) }.dropFirst().first
                    return calls.flatMap { Int($0) } ?? 0
                }
                let before = try await commands()
                // What is asked in a time can only be counted after that time.
                try await Task.sleep(for: .seconds(3))
                #expect(try await commands() - before < 12)
            }
        }
    }
}
