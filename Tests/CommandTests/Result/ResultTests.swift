import TaskQueue
import TestSupport
import Testing

@Suite("tq-result", .timeLimit(.minutes(60)))
struct ResultTests {
    private static let tasks = [
        "good": "echo \"$@\"", "bad": "echo trace >&2; echo ignored; exit 1",
        "json": "printf '{\"a\": [1, 2.50]}'",
    ]

    /// The ids of these tasks are their states.
    private static let states = """
        tq-send --id success good fine
        tq-send --id failure bad
        tq-send --id revoked --expires @1 good
        tq-work --burst -q
        tq-send --id pending good
        """

    @Test("is on one line if it is no text, whoever wrote it", arguments: Transport.allCases)
    func oneLine(_ transport: Transport) async throws {
        let tasks = [
            "pretty": "printf '{\\n\"a\": [1,\\r\\n2.50],\\t\"b\": \"\\342\\200\\250\"}\\n'"
        ]
        try await Workplace.with(transport, tasks: tasks) { place in
            let id = try await place.send("pretty")
            try await place.work("-q")
            let line = "{\"a\":[1,2.50],\"b\":\"\\u2028\"}"
            #expect(try await place.result(id).output == line + "\n")
            let json = try await place.result(id, "--json").output
            #expect(json.split { $0.isNewline }.count == 1 && json.contains("\"result\":\(line),"))
            try await place.store("p", state: "PROGRESS", "{\n\"x\": [\n]}")
            let progress = try await place.result("p", "--json").output
            #expect(progress.contains("\"progress\":{\"x\":[]},"))
            let dry = try await place.run(
                "tq-send",
                "--args",
                "[\n1]",
                "--kwargs",
                "{\r\n}",
                "--dry-run",
                "t"
            ).succeeded().output
            #expect(dry.split { $0.isNewline }.count == 1 && dry.contains("\"body\":[[1],{},"))
        }
    }

    @Test(
        "has a status, and words, for every state",
        arguments: Transport.allCases,
        [
            ("success", 0, "SUCCESS", "fine\n", ""),
            (
                "failure", 1, "FAILURE", "",
                "task failure failed: CommandFailed: exit status 1\ntrace\n"
            ),
            ("pending", 3, "PENDING", "", "task pending is not finished: --wait waits for it\n"),
            (
                "unknown", 4, nil, "",
                "no task unknown: tq-send has not sent it here, or its result has expired, was "
                    + "forgotten or not stored\n"
            ),
            ("revoked", 5, "REVOKED", "", "task revoked was revoked: TaskRevokedError: expired\n"),
        ] as [(String, Int32, String?, String, String)]
    )
    func states(
        _ transport: Transport,
        _ expected: (id: String, status: Int32, state: String?, output: String, errors: String)
    ) async throws {
        try await Workplace.with(transport, tasks: Self.tasks) { place in
            try await place.shell(Self.states).succeeded()
            let plain = try await place.result(expected.id)
            #expect(plain.status == .exited(expected.status))
            #expect(plain.output == expected.output)
            #expect(
                plain.errors == (expected.errors.isEmpty ? "" : "tq-result: \(expected.errors)")
            )
            let state = try await place.result(expected.id, "--state")
            #expect(state.status == .exited(expected.status))
            #expect(state.lines == [expected.state].compactMap(\.self))
            let json = try await place.result(expected.id, "--json")
            #expect(json.status == .exited(expected.status))
            let record = try JSONText(json.outputBytes)
            #expect(record[key: "id"]?.string == expected.id)
            #expect(record[key: "state"]?.string == expected.state)
        }
    }

    @Test(
        "returns the highest status that applies to several ids",
        arguments: [
            ("success success", 0), ("success failure", 1), ("failure pending success", 3),
            ("unknown pending failure", 4), ("success revoked unknown pending failure", 5),
        ] as [(String, Int32)]
    )
    func several(_ ids: String, _ status: Int32) async throws {
        try await Workplace.with(tasks: Self.tasks) { place in
            try await place.shell(Self.states).succeeded()
            #expect(try await place.shell("tq-result \(ids)").status == .exited(status))
            let piped = try await place.shell("echo \(ids) | tr ' ' '\\n' | tq-result -")
            #expect(piped.status == .exited(status))
        }
    }

    @Test("--json has all there is to know", arguments: Transport.allCases)
    func json(_ transport: Transport) async throws {
        try await Workplace.with(transport, tasks: Self.tasks) { place in
            let ids = [try await place.send("json"), try await place.send("bad")]
            let before = Timestamp.now()
            try await place.work()
            let records = try await place.run("tq-result", "--json", ids[0], ids[1]).lines.map {
                try JSONText($0.utf8)
            }
            try #require(records.count == 2)
            let keys = [
                "id", "state", "result", "error", "traceback", "date_done", "progress",
                "parent_id", "group_id", "children",
            ]
            #expect(records.allSatisfy { $0.members.map { $0.map(\.key) } == keys })
            #expect(records.map { $0[key: "id"]?.string } == ids)
            #expect(records[0][key: "result"]?.text == #"{"a":[1,2.50]}"#)
            #expect(records[0][key: "error"] == .null && records[0][key: "traceback"] == .null)
            #expect(records[1][key: "result"] == .null)
            #expect(
                records[1][key: "error"]?.text
                    == #"{"type":"CommandFailed","message":["exit status 1"],"module":"tq"}"#
            )
            #expect(records[1][key: "traceback"]?.string == "trace")
            for record in records {
                let done = try #require(record[key: "date_done"]?.string)
                let time = try TimeText.parse(done, in: try LocalTimeZone(named: "UTC"))
                #expect(time >= before && time <= .now())
            }
        }
    }

    @Test("--forget deletes what is finished, and only that", arguments: Transport.allCases)
    func forget(_ transport: Transport) async throws {
        try await Workplace.with(transport, tasks: Self.tasks) { place in
            try await place.shell(Self.states).succeeded()
            let forget = try await place.shell("tq-result --forget success failure pending")
            #expect(forget.status == .exited(3) && forget.output == "fine\n")
            #expect(try await place.shell("tq-result -q success").status == .exited(4))
            #expect(try await place.shell("tq-result failure").status == .exited(4))
            #expect(try await place.shell("tq-result pending").status == .exited(3))
            #expect(try await place.shell("tq-result revoked").status == .exited(5))
            try await place.work()
            #expect(try await place.shell("tq-result pending").status == .exited(0))
        }
    }

    @Test("knows a task that it has sent from one that nobody has", arguments: Transport.allCases)
    func unknown(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            let id = try await place.send("t")
            let quiet = try await place.send("--ignore-result", "t")
            #expect(try await place.result(id).status == .exited(3))
            try await place.work("--", "true")
            #expect(try await place.result(id).status == .exited(0))
            #expect(try await place.result(quiet).status != .exited(0))
            let other = id.dropLast() + (id.hasSuffix("0") ? "1" : "0")
            #expect(try await place.result(String(other)).status == .exited(4))
        }
    }

    @Test("finds nothing once result_expires is over", arguments: Transport.allCases)
    func lifetime(_ transport: Transport) async throws {
        let settings = "result_expires = 5\n[tasks.t]\nrun = 'echo here'"
        try await Workplace.with(transport, settings: settings) { place in
            let id = try await place.send("--id", "x", "t")
            try await place.work()
            #expect(try await place.result(id).output == "here\n")
            try await eventually { try await place.result(id).status == .exited(4) }
        }
    }

    @Test("makes an error safe for a terminal, and leaves a result as it is")
    func terminal() async throws {
        let script = #"printf '\033[31mred\a\n' | tee /dev/stderr; exit "$1""#
        try await Workplace.with(tasks: ["t": script]) { place in
            let ids = [try await place.send("t", "0"), try await place.send("t", "1")]
            try await place.work("-q")
            #expect(try await place.result(ids[0]).output == "\u{1B}[31mred\u{07}\n")
            let errors = try await place.result(ids[1]).errors
            #expect(errors.hasSuffix("\n\u{FFFD}[31mred\u{FFFD}\n"))
        }
    }
}
