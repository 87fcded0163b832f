import TaskQueue
import TestSupport
import Testing

@Suite("tq-ctl tells how it stands", .timeLimit(.minutes(60)))
struct QueuesTests {
    @Test("of queues, in a table and as JSON", arguments: Transport.allCases)
    func queues(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            #expect(try await place.run("tq-ctl", "queues", "--json").succeeded().output == "")
            for _ in 0..<3 { _ = try await place.send("-Q", "mail", "t") }
            _ = try await place.send("-Q", "mail", "--in", "1h", "t")
            _ = try await place.send("t")
            let table = try await place.run("tq-ctl", "queues").succeeded().lines
            let cells = table.map { $0.split(separator: " ").map(String.init) }
            try #require(cells.count == 3)
            let titles = ["QUEUE", "WAITING", "DELAYED", "RUNNING", "DEAD", "OLDEST", "STATE"]
            #expect(cells[0] == titles)
            #expect(cells[1].prefix(5) == ["celery", "1", "0", "0", "0"])
            #expect(cells[2].prefix(5) == ["mail", "3", "1", "0", "0"])
            #expect(cells[2][5].hasSuffix("s"))
            let named = try await place.run("tq-ctl", "queues", "--json", "none", "mail")
            let objects = try named.succeeded().lines.map { try JSONText($0.utf8) }
            #expect(objects.map { $0[key: "queue"]?.string } == ["none", "mail"])
            #expect(objects.map { $0[key: "waiting"]?.integer } == [0, 3])
            #expect(objects.first?[key: "oldest_at"] == .null)
            #expect(objects.last?[key: "paused"]?.boolean == false)
        }
    }

    @Test("of workers and what they hold", arguments: Transport.allCases)
    func workers(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            let id = try await place.send("-Q", "mail", "slow")
            let options =
                "-n me@there -Q mail,other -c 1 -- sh -c 'echo started >&2; exec sleep 60'"
            try await place.withWorker(options) { worker in
                try await eventually {
                    try await place.run("tq-ctl", "running", "--json").succeeded().lines.count == 1
                }
                let lines = try await place.run("tq-ctl", "running", "--json").succeeded().lines
                let task = try JSONText(try #require(lines.first).utf8)
                #expect(task[key: "id"]?.string == id)
                #expect(task[key: "task"]?.string == "slow")
                #expect(task[key: "queue"]?.string == "mail")
                #expect(task[key: "worker"]?.string == "me@there")
                let takenAt = task[key: "taken_at"]?.string.flatMap { Timestamp(iso8601: $0) }
                #expect(try Timestamp.now() - #require(takenAt) < .seconds(60))
                let all = try await place.run("tq-ctl", "workers", "--json").succeeded().lines
                #expect(all.count == 1)
                let live = try JSONText(try #require(all.first).utf8)
                #expect(live[key: "name"]?.string == "me@there")
                #expect(live[key: "pid"]?.integer == Int(worker.processID))
                #expect(live[key: "queues"]?.text == #"["mail","other"]"#)
                #expect(live[key: "tasks"]?.integer == 1)
                let table = try await place.run("tq-ctl", "queues", "mail").succeeded().lines
                #expect(table.last?.split(separator: " ").prefix(4) == ["mail", "0", "0", "1"])
            }
        }
    }
}
