import Glibc
import TaskQueue
import TestSupport
import Testing

@Suite("a task of which there is to be one at a time", .timeLimit(.minutes(60)))
struct SendUniqueTests {
    @Test("is sent once, and its id is printed until it has ended", arguments: Transport.allCases)
    func once(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            let first = try await place.send("--unique", "feed 1", "t")
            #expect(try await place.send("--unique", "feed 1", "other", "x") == first)
            let other = try await place.send("--unique", "feed 2", "t")
            #expect(other != first)
            let json = try await place.run("tq-send", "--json", "--unique", "feed 1", "t")
            let expected = #"{"id":"\#(first)","task":"t","queue":"celery","sent":false}"# + "\n"
            #expect(try json.succeeded().output == expected)
            #expect(try await place.messages().map(\.id) == [first, other])
            try await place.work("--", "true")
            let sent = try await place.run("tq-send", "--json", "--unique", "feed 1", "t")
            let line = try JSONText(try sent.succeeded().outputBytes)
            #expect(line[key: "sent"]?.boolean == true)
            #expect(line[key: "id"]?.string != first)
        }
    }

    @Test("frees its key however it ends", arguments: Transport.allCases)
    func ends(_ transport: Transport) async throws {
        let settings = """
            [tasks."ends.badly"]
            max_retries = 0
            """
        let tasks = ["ends.badly": "exit 1", "ends.for-good": "exit 65", "ends.well": "exit 0"]
        try await Workplace.with(transport, settings: settings, tasks: tasks) { place in
            var last = ""
            /// Sends a task, which has to be a new one.
            func send(_ arguments: String...) async throws {
                let command = "tq-send --unique k \(arguments.joined(separator: " "))"
                let id = try #require(try await place.shell(command).succeeded().lines.first)
                #expect(id != last, "\(arguments)")
                last = id
            }
            for task in ["ends.badly", "ends.for-good", "ends.well", "ends.nowhere"] {
                try await send(task)
                try await place.work()
            }
            try await send("--expires", "@1", "ends.well")
            try await place.work()
            try await send("--ignore-result", "ends.well")
            try await place.work()
            try await send("--in", "1h", "ends.well")
            _ = try await place.run("tq-ctl", "revoke", last).succeeded()
            try await send("ends.well")
            try await place.shell("tq-ctl purge --yes celery").succeeded()
            try await send("--unique-for", "100ms", "ends.well")
            try await eventually {
                try await place.send("--unique", "k", "ends.well") != last
            }
        }
    }

    @Test("is asked for by lines too, which may not share one key by an option")
    func lines() async throws {
        try await Workplace.with { place in
            let input = """
                {"task": "a", "unique": "k"}
                {"task": "b"}
                {"task": "c", "unique": "k", "unique_for": "1h"}
                {"task": "d", "unique": null, "unique_for": 3}
                """
            let outcome = try await place.run("tq-send", "-", input: input)
            #expect(outcome.status == .exited(65))
            #expect(outcome.lines.count == 3 && outcome.lines[2] == outcome.lines[0])
            #expect(
                outcome.errors == """
                    tq-send: line 4 of standard input: its "unique_for" means nothing without a \
                    "unique"; 2 tasks were sent before it

                    """
            )
            for options in ["--unique k t -", "--unique k -", "--unique-for 1 t", "--unique '' t"] {
                #expect(try await place.shell("tq-send \(options)").status == .exited(64))
            }
        }
    }

    @Test("is waited for, whoever sent it", arguments: Transport.allCases)
    func waits(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            let first = try await place.send("--unique", "k", "t", "first")
            let options = "--wait --timeout 30s --unique k t second"
            try await place.withProgram("tq-send \(options)") { sender in
                // It waits: for the file to change, or on a third connection for an announcement.
                try await eventually {
                    let descriptors = try sender.footprint().descriptors
                    return descriptors.contains("anon_inode:inotify")
                        || descriptors.count { $0.hasPrefix("socket:") } == 3
                }
                try await place.withWorker("-- echo {1}") { _ in
                    let status = try await sender.waitForExit(timeout: .seconds(30))
                    #expect(status == .exited(0))
                }
                #expect(sender.outputSoFar == "first\n")
            }
            #expect(try await place.result(first).output == "first\n")
        }
    }

    @Test("is one of 200 that are sent at once", arguments: Transport.allCases)
    func concurrent(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            _ = try await place.run("tq-ctl", "queues").succeeded()
            let script = """
                for i in $(seq 200); do tq-send --connect-timeout 30s --unique k t & done >ids; wait
                """
            #expect(try await place.shell(script).succeeded().errors == "")
            let ids = place.lines("ids")
            #expect(ids.count == 200)
            #expect(Set(ids).count == 1)
            #expect(try await place.messages().map(\.id) == Array(Set(ids)))
        }
    }

    @Test(
        "keeps its key when its worker is killed, until another has run it",
        arguments: Transport.allCases
    )
    func killedWorker(_ transport: Transport) async throws {
        let task = "echo started >>started; while ! test -e gate; do sleep 0.05; done"
        try await Workplace.with(transport, tasks: ["t": task]) { place in
            let first = try await place.send("--unique", "k", "t")
            try await place.withWorker { worker in
                try await eventually { place.lines("started").count == 1 }
                worker.signal(SIGKILL)
                _ = try await worker.waitForExit()
            }
            #expect(try await place.send("--unique", "k", "t") == first)
            try await place.withWorker { _ in
                try await eventually(timeout: .seconds(40)) { place.lines("started").count == 2 }
                #expect(try await place.send("--unique", "k", "t") == first)
                try place.write("", to: "gate")
                try await eventually { try await place.result(first).status == .exited(0) }
                let second = try await place.send("--unique", "k", "t")
                #expect(second != first)
                try await eventually { try await place.result(second).status == .exited(0) }
            }
        }
    }

    @Test("keeps its key while it is tried again", arguments: Transport.allCases)
    func retried(_ transport: Transport) async throws {
        let task = """
            if test $TQ_RETRIES = 0; then echo 2; exit 75; fi
            until test -e gate; do sleep 0.05; done
            """
        try await Workplace.with(transport, tasks: ["t": task]) { place in
            let first = try await place.send("--unique", "k", "t")
            try await place.withWorker { worker in
                try await worker.waitUntilPrinted("(retry 1)")
                #expect(try await place.send("--unique", "k", "t") == first)
                try place.write("", to: "gate")
                try await eventually { try await place.result(first).status == .exited(0) }
                #expect(try await place.send("--unique", "k", "t") != first)
            }
        }
    }

    @Test(
        "has its header, which Celery's worker keeps over a retry, and is free when that has run it",
        .requires(RedisServer.isInstalled, "redis-server"),
        .requires(Celery.isInstalled, "Celery")
    )
    func celery() async throws {
        try await Workplace.with(.redis) { place in
            let gate = place.path("gate")
            let send = ["--unique", "k", "--unique-for", "1h", "celery_app.flaky", gate]
            let first = try await place.shell("tq-send \(send.joined(separator: " "))")
            let id = try #require(try first.succeeded().lines.first)
            let headers = try #require(try await place.messages().first?.headers)
            #expect(headers[key: "tq_unique"]?.string == "k")
            #expect(headers[key: "tq_unique_for"]?.integer == 3600)
            try await Celery.withWorker(on: place.url) { _ in
                let redis = try #require(place.redis)
                try await eventually(timeout: .seconds(30)) {
                    let held = try await redis.cli("HVALS", "unacked")
                    return held.contains(#""retries": 1"#) && held.contains(#""tq_unique": "k""#)
                }
                #expect(try await place.send("--unique", "k", "t") == id)
                try place.write("", to: "gate")
                try await eventually { try await place.result(id).status == .exited(0) }
                #expect(try await place.send("--unique", "k", "celery_app.add", ":1", ":2") != id)
            }
        }
    }
}
