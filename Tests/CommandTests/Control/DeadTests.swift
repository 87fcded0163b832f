import TaskQueue
import TestSupport
import Testing

@Suite("tq-ctl dead", .timeLimit(.minutes(60)))
struct DeadTests {
    /// Sends a task and lets it fail for good.
    private func kill(_ task: String, in place: Workplace) async throws -> String {
        let id = try await place.send("--", task, "x")
        try await place.work("-q", "--", "sh", "-c", "exit 65")
        return id
    }

    @Test("lists and shows dead letters", arguments: Transport.allCases)
    func looks(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            let id = try await kill("mail.send", in: place)
            let table = try await place.run("tq-ctl", "dead", "list").succeeded().lines
            #expect(table.count == 2)
            #expect(table[1].split(separator: " ").prefix(3) == [id[...], "mail.send", "celery"])
            #expect(table[1].contains("exit status 65"))
            let shown = try await place.run("tq-ctl", "dead", "show", id).succeeded().output
            #expect(shown.contains("body          [[\"x\"]"))
            let json = try await place.run("tq-ctl", "dead", "show", "--json", id).succeeded()
            let letter = try JSONText(json.outputBytes)
            #expect(letter[key: "id"]?.string == id)
            let message = letter[key: "message"]
            #expect(message?[key: "headers"]?[key: "task"]?.string == "mail.send")
            let unknown = try await place.run("tq-ctl", "dead", "show", "nobody")
            #expect(unknown.status == .exited(4))
            #expect(unknown.errors.hasPrefix("tq-ctl: no dead letter nobody: "))
        }
    }

    @Test(
        "is a line for each letter, whatever its sender has named it",
        .requires(RedisServer.isInstalled, "redis-server")
    )
    func foreignLines() async throws {
        try await Workplace.with(.redis) { place in
            let headers = #"""
                {"id": "x\r\nFORGED row\u2028z\u202e", "task": "t",
                 "a"
                 : 1}
                """#
            let message = RawMessage("forged", headers: headers, type: "y", reason: nil)
            try await place.redis?.cli("LPUSH", "celery", input: message.bytes)
            try await place.work("-q", "--", "true")
            let table = try await place.run("tq-ctl", "dead", "list").succeeded().output
            #expect(table.split { $0.isNewline }.count == 2 && table.contains("x  FORGED row"))
            #expect(!table.unicodeScalars.contains("\u{202E}"))
            let json = try await place.run("tq-ctl", "dead", "list", "--json").succeeded().output
            #expect(json.split { $0.isNewline }.count == 1)
            let letter = try JSONText(json.utf8)
            let id = try #require(letter[key: "id"]?.string)
            #expect(id == "x\r\nFORGED row\u{2028}z\u{202E}")
            let shown = try await place.run("tq-ctl", "dead", "show", "--json", id).succeeded()
                .output
            #expect(shown.split { $0.isNewline }.count == 1)
            let text = try await place.run("tq-ctl", "dead", "show", id).succeeded().output
            // id, task, queue, died at, losses, reason, headers, properties, content type, body.
            #expect(text.split { $0.isNewline }.count == 10, "\(text)")
        }
    }

    @Test("sends one again, which then succeeds", arguments: Transport.allCases)
    func retries(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            let id = try await kill("t", in: place)
            #expect(try await place.result(id).status == .exited(1))
            let retried = try await place.run("tq-ctl", "dead", "retry", id).succeeded()
            #expect(retried.output == "\(id)\n")
            #expect(try await place.result(id).status == .exited(3))
            #expect(try await place.run("tq-ctl", "dead", "retry", id).status == .exited(4))
            try await place.work("-q", "--", "echo", "{1}")
            #expect(try await place.result(id).output == "x\n")
        }
    }

    @Test("takes all of a queue, and only if it is told to", arguments: Transport.allCases)
    func all(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            for _ in 0..<3 { _ = try await kill("t", in: place) }
            for arguments in [["dead", "drop"], ["dead", "drop", "--all"]] {
                let outcome = try await place.shell("tq-ctl \(arguments.joined(separator: " "))")
                #expect(outcome.status == .exited(64))
            }
            let retry = "tq-ctl dead retry --all --queue"
            #expect(try await place.shell("\(retry) other").succeeded().output == "")
            #expect(try await place.shell("\(retry) celery").succeeded().lines.count == 3)
            try await place.work("-q", "--", "sh", "-c", "exit 65")
            let dropped = try await place.shell("tq-ctl dead drop --all --yes").succeeded()
            #expect(dropped.errors == "tq-ctl: forgot 3 dead letters\n")
            #expect(try await place.shell("tq-ctl dead list --json").succeeded().output == "")
        }
    }
}
