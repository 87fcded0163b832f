import TaskQueue
import TestSupport
import Testing

@Suite(
    "tq-ctl beat add, remove and run",
    .requires(Program.isInstalled("sqlite3"), "sqlite3"),
    .requires(RedisServer.isInstalled, "redis-server"),
    .timeLimit(.minutes(60))
)
struct LiveEntryCommandTests {
    private static let settings = """
        timezone = "Europe/Berlin"
        [beat_schedule.file]
        task = "from.file"
        schedule = "@yearly"
        queue = "low"
        [beat_schedule.alone]
        task = "alone"
        schedule = "@yearly"
        overlap = "skip"
        """

    @Test("adds what a file could say, lists it and takes it away", arguments: Transport.allCases)
    func addition(_ transport: Transport) async throws {
        try await Workplace.with(transport, settings: Self.settings) { place in
            let words = "--args '[1.000,null]' -Q q --set options.priority=3 --set jitter=1s"
            let add = "tq-ctl beat add 'new one' '0 5 * * *' add --json"
            let added = try await place.shell("\(add) \(words)").succeeded()
            #expect(
                added.output
                    == #"{"name":"new one","schedule":"0 5 * * *","task":"add","replaced":false}"#
                    + "\n"
            )
            try await place.run("tq-beat", "--once").succeeded()
            let rows = try await place.run("tq-ctl", "beat", "list", "--json").succeeded().lines
                .map { try JSONText($0.utf8) }
            #expect(rows.map { $0[key: "name"]?.string } == ["alone", "file", "new one"])
            #expect(rows.map { $0[key: "origin"]?.string } == ["file", "file", "live"])
            #expect(rows.map { $0[key: "schedule"]?.string }.last == "0 5 * * *")
            let table = try await place.run("tq-ctl", "beat", "list").succeeded().lines
            #expect(table.first?.hasSuffix("  ORIGIN  STATE") == true)
            #expect(table.last?.hasSuffix("  live    -") == true)

            let again = try await place.shell(add)
            #expect(again.status == .exited(65))
            #expect(
                again.errors
                    == "tq-ctl: there already is an entry new one: --replace replaces it\n"
            )
            let replaced = try await place.shell("\(add) --replace \(words)").succeeded()
            #expect(replaced.output.contains(#""replaced":true"#))

            let sent = try await place.run("tq-ctl", "beat", "run", "new one").succeeded()
            let message = try #require(try await place.messages(in: "q").first)
            #expect(message.id == sent.lines.first && message.task == "add")
            #expect(message.args == "[1.000,null]" && message.priority == 3)

            let removed = try await place.run(
                "tq-ctl",
                "beat",
                "remove",
                "new one",
                "file",
                "none"
            )
            #expect(removed.status == .exited(65))
            #expect(
                removed.errors == """
                    tq-ctl: removed new one
                    tq-ctl: file is in the settings of a tq-beat: take it out there, or tq-ctl beat pause it
                    tq-ctl: no entry none is known: tq-ctl beat list names them

                    """
            )
            #expect(try await place.run("tq-ctl", "beat", "list").succeeded().lines.count == 3)
            let unknown = try await place.run("tq-ctl", "beat", "remove", "new one")
            #expect(unknown.status == .exited(4))
        }
    }

    @Test("refuses a name that the settings have, those of another tq-beat too")
    func configured() async throws {
        try await Workplace.with(settings: Self.settings) { place in
            let own = try await place.run("tq-ctl", "beat", "add", "file", "@daily", "t")
            #expect(own.status == .exited(65))
            #expect(
                own.errors == "tq-ctl: tq.toml:2 has an entry file: choose another name\n"
            )
            try await place.run("tq-beat", "--once").succeeded()
            try place.write("", to: "empty.toml")
            let other = try await place.shell(
                "tq-ctl beat add --config empty.toml --replace file @daily t"
            )
            #expect(other.status == .exited(65))
            #expect(
                other.errors.hasPrefix("tq-ctl: a tq-beat has an entry file in its settings: ")
            )
        }
    }

    @Test(
        "says which word is wrong, as of a file, before it asks a broker",
        arguments: [
            ("x 'evry 5s' t", "SCHEDULE: \"evry 5s\" is not a schedule: did you mean every 5s?"),
            ("x '0 0 30 2 *' t", "SCHEDULE: it would never fire: "),
            ("'' @daily t", "ENTRY: an entry's name is not empty and has no control characters"),
            ("x @daily $'a\\tb'", "TASK: a task's name has no control characters"),
            ("x @daily", "no TASK given: tq-ctl beat add --help shows how"),
            ("", "no ENTRY given: "),
            ("x @daily t --args '{}'", "--args: expected an array, or the JSON of one as a string"),
            (
                "x @daily t --kwargs '{'",
                "--kwargs: expected a table, or the JSON of one as a string: "
            ),
            (
                "x @daily t --set jiter=3",
                "--set jiter: there is no such key: did you mean \"jitter\"?"
            ),
            ("x @daily t --set foo=3", "--set foo: there is no such key: tq.toml(5) has those of"),
            ("x @daily t --set jitter=abc", "--set jitter: \"abc\" is not a duration: "),
            (
                "x @daily t --set $'args=[1,\\n2]' --set jitter=abc",
                "--set jitter: \"abc\" is not a"
            ),
            ("x @daily t --set jitter=true", "--set jitter: expected a"),
            (
                "x @daily t --set options.priority=30",
                "--set options.priority: 30 is not from 0 to 9"
            ),
            ("x @daily t --set timezone=Mars/X", "--set timezone: unknown time zone \"Mars/X\""),
            ("x @daily t --set until=2020-01-01", "--set until: "),
            (
                "x @daily t --set until=2020-01-01T00:00:00Z",
                "--set until: it is over before \"@daily\" fires again"
            ),
            ("x @daily t --set count", "bad value 'count' for --set: write KEY=VALUE"),
            ("x @daily t --set 'a b=1'", "bad value 'a b=1' for --set: write KEY=VALUE"),
            ("x @daily t --set task=u", "TASK and --set task exclude each other: leave one out"),
            ("x @daily t --set count=1 --set count=2", "--set count is given twice: leave one out"),
            ("x 'every 5s' t --set timezone=UTC", "--set timezone: it has no effect: "),
            ("x @daily t --file f", "--file and ENTRY exclude each other: leave one out"),
            ("--file f --set count=1", "--file and --set exclude each other: leave one out"),
        ]
    )
    func usage(words: String, sentence: String) async throws {
        try await Workplace.with { place in
            let outcome = try await place.shell("tq-ctl beat add -b redis://127.0.0.1:1 \(words)")
            #expect(outcome.status == .exited(64))
            #expect(outcome.output == "")
            #expect(outcome.errors.hasPrefix("tq-ctl: \(sentence)"))
        }
    }

    @Test("names the line of a file, and adds none of it")
    func file() async throws {
        try await Workplace.with { place in
            let good = "[beat_schedule.a]\ntask = 't'\nschedule = '@daily'\n"
            try place.write(good + "[beat_schedule.b]\ntask = 't'\nschedule = 'x'\n", to: "bad")
            let bad = try await place.run("tq-ctl", "beat", "add", "--file", "bad")
            #expect(bad.status == .exited(65))
            #expect(
                bad.errors.hasPrefix("tq-ctl: bad:6: beat_schedule.b.schedule: \"x\" is not a ")
            )
            #expect(try await place.run("tq-ctl", "beat", "list").succeeded().lines.count == 1)
            let missing = try await place.run("tq-ctl", "beat", "add", "--file", "none")
            #expect(missing.status == .exited(74))
            let empty = try await place.run("tq-ctl", "beat", "add", "--file", "-", input: "\n")
            #expect(empty.status == .exited(65))
            #expect(
                empty.errors == "tq-ctl: standard input has no table [beat_schedule.NAME]\n"
            )
            try await place.run("tq-ctl", "beat", "add", "--file", "-", input: good).succeeded()
            #expect(try await place.run("tq-ctl", "beat", "list").succeeded().lines.count == 2)
        }
    }

    @Test("sends out of turn and changes nothing of an entry", arguments: Transport.allCases)
    func running(_ transport: Transport) async throws {
        try await Workplace.with(transport, settings: Self.settings) { place in
            try await place.run("tq-beat", "--once").succeeded()
            let before = try await place.run("tq-ctl", "beat", "list", "--json").succeeded().output
            let run = try await place.run("tq-ctl", "beat", "run", "file", "none")
            #expect(run.status == .exited(4))
            #expect(
                run.errors.hasPrefix(
                    """
                    tq-ctl: sent from.file of file to low
                    tq-ctl: no entry none is live, or in tq.toml and beat.d
                    """
                )
            )
            let message = try #require(try await place.messages(in: "low").first)
            #expect(message.task == "from.file" && run.output == "\(message.id ?? "")\n")
            #expect(
                try await place.run("tq-ctl", "beat", "list", "--json").succeeded().output == before
            )
            #expect(try await place.result(message.id ?? "", "--state").output == "PENDING\n")

            let first = try await place.run("tq-ctl", "beat", "run", "alone").succeeded()
            let id = try #require(first.lines.first)
            let held = try await place.run("tq-ctl", "beat", "run", "alone").succeeded()
            #expect(held.output == "\(id)\n")
            #expect(
                held.errors == "tq-ctl: alone was not sent: its task \(id) has not ended\n"
            )
            let json = try await place.run("tq-ctl", "beat", "run", "alone", "--json").succeeded()
            #expect(
                json.output
                    == #"{"id":"\#(id)","name":"alone","task":"alone","queue":"celery","sent":false}"#
                    + "\n"
            )
            #expect(try await place.messages().count == 1)
        }
    }
}
