import TaskQueue
import TestSupport
import Testing

@Suite("tq-ctl revoke", .timeLimit(.minutes(60)))
struct RevokeTests {
    @Test("a task that waits or is delayed never runs", arguments: Transport.allCases)
    func revokes(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            let ids = [
                try await place.send("t"), try await place.send("--in", "1s", "t"),
                try await place.send("t"),
            ]
            let revoked = try await place.run("tq-ctl", "revoke", "--json", ids[0], ids[1])
            let lines = try revoked.succeeded().lines
            #expect(lines == ids.prefix(2).map(Self.revokedLine))
            for id in ids.prefix(2) {
                let outcome = try await place.result(id)
                #expect(outcome.status == .exited(5))
                #expect(outcome.errors.hasSuffix("was revoked: TaskRevokedError: revoked\n"))
            }
            try await place.withWorker("-c 1 -- sh -c 'echo $TQ_TASK_ID >>ran'") { _ in
                try await eventually { try await place.result(ids[2]).status == .exited(0) }
                try await eventually { try await place.messages().isEmpty }
            }
            #expect(place.lines("ran") == [ids[2]])
            #expect(try await place.result(ids[0]).status == .exited(5))
        }
    }

    private static func revokedLine(_ id: String) -> String {
        "{\"id\":\"\(id)\",\"state\":\"PENDING\",\"revoked\":true,\"running\":false}"
    }

    @Test("one that has ended stays as it was, and one nobody knows is 4")
    func ended() async throws {
        try await Workplace.with { place in
            let id = try await place.send("t")
            try await place.work("--", "true")
            let late = try await place.run("tq-ctl", "revoke", id).succeeded()
            #expect(late.errors == "tq-ctl: task \(id) has ended already: SUCCESS\n")
            #expect(try await place.result(id).status == .exited(0))
            let unknown = "0198c1d2-7a53-7d60-9b5e-2f1c8a6f0b11"
            #expect(try await place.run("tq-ctl", "revoke", unknown).status == .exited(4))
            // It may be a Celery client's that is still on its way.
            let early = try await place.run("tq-ctl", "revoke", "celerys")
            #expect(early.status == .exited(4))
            #expect(
                early.errors
                    == "tq-ctl: no task celerys is known: it will not run if it is sent within a week\n"
            )
            _ = try await place.send("--id", "celerys", "t")
            try await place.work("--", "touch", "ran")
            #expect(try await place.result("celerys").status == .exited(5))
        }
    }

    @Test("the record is as Celery's workers write it")
    func record() async throws {
        try await Workplace.with(.redis) { place in
            let redis = try #require(place.redis)
            let id = try await place.send("t")
            try await place.run("tq-ctl", "revoke", id).succeeded()
            let record = try JSONText(try await redis.cli("GET", "celery-task-meta-\(id)").utf8)
            #expect(record[key: "status"]?.string == "REVOKED")
            #expect(
                record[key: "result"]?.text
                    == #"{"exc_type":"TaskRevokedError","exc_message":["revoked"],"#
                    + #""exc_module":"celery.exceptions"}"#
            )
            #expect(record[key: "children"] == .null)
            #expect(record[key: "traceback"] == .null)
            #expect(record[key: "task_id"]?.string == id)
            #expect(try await redis.cli("ZRANGE", "tq:revoked", "0", "-1") == id)
            let lifetime = try #require(Int(try await redis.cli("TTL", "tq:revoked")))
            #expect(lifetime > 365 * 86_400)
            try await place.work("--", "true")
            #expect(try await redis.cli("EXISTS", "tq:revoked", "unacked", "celery") == "0")
        }
    }

    @Test("a delayed task is taken out, however far off", arguments: Transport.allCases)
    func delayed(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            let id = try await place.send("--in", "30d", "t")
            let done = try await place.run("tq-ctl", "revoke", id).succeeded()
            #expect(done.errors == "tq-ctl: task \(id) is revoked: it will not run\n")
            #expect(try await place.result(id).status == .exited(5))
            let queues = try await place.run("tq-ctl", "queues", "--json").succeeded()
            #expect(queues.output == "")
        }
    }

    @Test("a task that runs goes on, which is said; its dead letter can be sent again")
    func running() async throws {
        let script = "touch running; while ! test -e go; do sleep 0.01; done; exit 65"
        try await Workplace.with(tasks: ["die": script]) { place in
            let id = try await place.send("die")
            try await place.withWorker("-q -c 1") { _ in
                try await eventually {
                    try await place.shell("test -e running").status == .exited(0)
                }
                let done = try await place.run("tq-ctl", "revoke", id).succeeded()
                #expect(
                    done.errors
                        == "tq-ctl: task \(id) runs already: it goes on, and is not tried again\n"
                )
                try place.write("", to: "go")
                try await eventually { try await place.result(id).status == .exited(1) }
            }
            let again = try await place.run("tq-ctl", "dead", "retry", id).succeeded()
            #expect(again.output == "\(id)\n")
            #expect(again.errors == "tq-ctl: sent 1 dead letter again\n")
            try await place.work()
            #expect(try await place.result(id).status == .exited(1))
        }
    }
}
