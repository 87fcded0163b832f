import TestSupport
import Testing

@Suite("when a worker runs a task", .timeLimit(.minutes(60)))
struct OrderTests {
    @Test("in the order of sending, the lowest priority first", arguments: Transport.allCases)
    func priorities(_ transport: Transport) async throws {
        try await Workplace.with(transport, tasks: ["t": "echo $1 >>order"]) { place in
            let script = """
                for p in 9 3 0 6 9 3 0 6; do tq-send -p $p t $p$((++n)); done
                tq-send t default
                """
            try await place.shell(script).succeeded()
            try await place.work()
            #expect(
                place.lines("order") == ["03", "07", "default", "32", "36", "64", "68", "91", "95"]
            )
        }
    }

    @Test("not before its time, and then soon", arguments: Transport.allCases)
    func delayed(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            try await place.withWorker("-- true") { _ in
                let outcome = try await place.run("tq-send", "--wait", "--in", "1.2s", "t")
                #expect(outcome.status == .exited(0))
                #expect(outcome.duration > .milliseconds(1_200))
                #expect(outcome.duration < .seconds(6))
            }
        }
    }

    @Test("at once when its time is past", arguments: Transport.allCases)
    func overdue(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            let id = try await place.send("--at", "2020-01-01", "t")
            try await place.work("--", "true")
            #expect(try await place.result(id).status == .exited(0))
        }
    }

    @Test("never when it has expired: it ends as revoked", arguments: Transport.allCases)
    func expired(_ transport: Transport) async throws {
        try await Workplace.with(transport, tasks: ["t": "touch ran"]) { place in
            let id = try await place.send("--expires", "1ms", "t")
            let ignored = try await place.send("--expires", "1ms", "--ignore-result", "t")
            let worker = try await place.work()
            #expect(worker.errors.contains("expired before it ran task=t id=\(id)"))
            let outcome = try await place.result(id, "--state")
            #expect(outcome.status == .exited(5) && outcome.output == "REVOKED\n")
            #expect(try await place.result(ignored).status != .exited(5))
            #expect(try await place.shell("test -e ran").status == .exited(1))
        }
    }

    @Test("never when it has no command: it is a dead letter", arguments: Transport.allCases)
    func unknown(_ transport: Transport) async throws {
        try await Workplace.with(transport, tasks: ["known": "true"]) { place in
            let id = try await place.send("nobody.knows", "data")
            let worker = try await place.work()
            let reason = "no command is configured for the task nobody.knows"
            #expect(worker.errors.contains("put among the dead letters: \(reason) id=\(id)"))
            let letters = try await place.deadLetters()
            #expect(letters.map(\.id) == [id])
            #expect(letters.first?.task == "nobody.knows" && letters.first?.reason == reason)
            let outcome = try await place.result(id)
            #expect(outcome.status == .exited(1))
            #expect(outcome.errors.contains("NotRegistered: nobody.knows"))
        }
    }

    @Test("and stores nothing when nobody wants the result", arguments: Transport.allCases)
    func ignoredResult(_ transport: Transport) async throws {
        let settings = "[tasks.quiet]\nrun = 'touch quiet'\nignore_result = true"
        try await Workplace.with(transport, settings: settings, tasks: ["t": "touch ran"]) {
            place in
            let ids = [try await place.send("--ignore-result", "t"), try await place.send("quiet")]
            try await place.work()
            try await place.shell("test -e ran && test -e quiet").succeeded()
            for id in ids {
                let outcome = try await place.result(id)
                #expect(outcome.output == "" && outcome.status != .exited(0))
            }
            if let redis = place.redis {
                #expect(try await redis.cli("KEYS", "celery-task-meta-*") == "")
            } else {
                #expect(try await place.query("SELECT * FROM result").isEmpty)
            }
        }
    }

    @Test("and a queue with a comma in its name is served by -Q, where the comma is escaped")
    func commas() async throws {
        try await Workplace.with(tasks: ["t": "echo ran"]) { place in
            let ids = [
                try await place.send("-Q", "a,b", "t"), try await place.send("-Q", "c", "t"),
            ]
            try await place.work("-Q", "a\\,b,c")
            for id in ids { #expect(try await place.result(id).output == "ran\n") }
        }
    }
}
