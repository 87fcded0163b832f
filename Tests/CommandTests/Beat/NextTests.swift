import TestSupport
import Testing

@Suite("tq-beat --next and --check", .timeLimit(.minutes(60)))
struct NextTests {
    private static let settings = """
        timezone = "Asia/Shanghai"
        [beat_schedule.report]
        task = "report.daily"
        schedule = "0 2 29 2 *"
        [beat_schedule.half]
        task = "x"
        schedule = "30 4 1 1 *"
        timezone = "America/St_Johns"
        [beat_schedule.over]
        task = "y"
        schedule = "@daily"
        until = 2020-01-01T00:00:00Z
        [beat_schedule.off]
        task = "z"
        schedule = "@daily"
        enabled = false
        """

    @Test("prints local and UTC times as JSON, by entry and then by time")
    func json() async throws {
        try await Workplace.with(settings: Self.settings) { place in
            let lines = try await place.run("tq-beat", "--next", "2", "--json").succeeded().lines
            let name = #"{"name":"report","task":"report.daily","#
            try #require(lines.count == 4)
            #expect(
                lines[0] == name
                    + #""utc":"2028-02-28T18:00:00Z","local":"2028-02-29T02:00:00+08:00"}"#
            )
            #expect(
                lines[1] == name
                    + #""utc":"2032-02-28T18:00:00Z","local":"2032-02-29T02:00:00+08:00"}"#
            )
            #expect(lines[2].contains(#"-01-01T08:00:00Z","local":"#))
            #expect(lines[2].hasSuffix(#"-01-01T04:30:00-03:30"}"#))
        }
    }

    @Test("prints a table for people, and what does not fire any more")
    func table() async throws {
        try await Workplace.with(settings: Self.settings) { place in
            let lines = try await place.run("tq-beat", "--next").succeeded().lines
            #expect(lines.count == 5)
            #expect(lines[0].hasPrefix("ENTRY   LOCAL"))
            #expect(lines[1].contains("Tue 2028-02-29 02:00:00 +08:00  2028-02-28T18:00:00Z  in "))
            #expect(lines[1].hasSuffix("  report.daily"))
            #expect(lines[3].hasPrefix("over    never again"))
            #expect(lines[4].hasPrefix("off     not enabled"))
        }
    }

    @Test("needs no broker, and goes by the system's zone where the settings name none")
    func zone() async throws {
        let crontab = "0 5 1 7 *  t :1\nTZ=Europe/Berlin\n0 5 1 7 *  t\n"
        try await Workplace.with { place in
            try place.write(crontab, to: "crontab")
            let environment = ["TZ": "Asia/Kathmandu", "TQ_BROKER_URL": "redis://127.0.0.1:1"]
            let outcome = try await place.run(
                "tq-beat",
                "--crontab",
                "crontab",
                "--next",
                "--json",
                environment: environment
            )
            let lines = try outcome.succeeded().lines
            #expect(lines.first?.hasSuffix("-07-01T05:00:00+05:45\"}") == true)
            #expect(lines.last?.hasSuffix("-07-01T05:00:00+02:00\"}") == true)
            #expect(lines.last?.contains(#""name":"0 5 1 7 * t #2""#) == true)
        }
    }

    @Test(
        "is refused with the line, and what would be right",
        arguments: [
            (
                "[beat_schedule.x]\ntask = 't'\nschedule = '61 * * * *'",
                "DIR/tq.toml:3: beat_schedule.x.schedule: "
            ),
            ("[beat_schedule.x]\ntask = 't'", "DIR/tq.toml:1: beat_schedule.x: it has no schedule"),
            (
                "[beat_schedule.x]\ntask = 't'\nschedule = 'evry 5s'",
                "did you mean every 5s?"
            ),
        ]
    )
    func errors(settings: String, sentence: String) async throws {
        try await Workplace.with(settings: settings) { place in
            for mode in ["--check", "--next", "--once", "-q"] {
                let outcome = try await place.run(
                    "tq-beat",
                    mode,
                    "--config",
                    place.path("tq.toml")
                )
                #expect(outcome.status == .exited(78))
                #expect(outcome.output == "")
                #expect(outcome.errors.contains(sentence.replacing("DIR", with: place.path)))
            }
        }
    }

    @Test("without an entry anywhere has nothing to print, nor to send")
    func nothing() async throws {
        try await Workplace.with(settings: "timezone = 'UTC'") { place in
            for mode in ["--check", "--next", "--once"] {
                let outcome = try await place.run("tq-beat", mode)
                #expect(outcome.status == .exited(78))
                #expect(outcome.output == "")
                let sentence = "there is nothing to send: add [beat_schedule.NAME] to tq.toml, "
                #expect(outcome.errors.hasPrefix("tq-beat: \(sentence)"))
            }
        }
    }

    @Test("names the line of a crontab file")
    func crontabErrors() async throws {
        try await Workplace.with { place in
            try place.write("# one\n0 5 * * *\n", to: "crontab")
            let outcome = try await place.run("tq-beat", "--check", "--crontab", "crontab")
            #expect(outcome.status == .exited(78))
            #expect(outcome.errors.hasPrefix("tq-beat: crontab:2: no task follows the schedule"))
        }
    }

    @Test("shows the plan, with what is in beat.d and in a crontab file")
    func plan() async throws {
        try await Workplace.with(settings: Self.settings) { place in
            try place.write(
                "[beat_schedule.dropped]\ntask = 'd'\nschedule = 'every 1h'",
                to: "beat.d/1.toml"
            )
            try place.write("@yearly c", to: "crontab")
            let outcome = try await place.run("tq-beat", "--check", "--crontab", "crontab")
            let lines = try outcome.succeeded().lines
            #expect(lines.count == 7)
            #expect(lines[0] == "broker  \(place.url)")
            #expect(lines[1].hasPrefix("entry   report: 0 2 29 2 *: report.daily: Tue 2028-02-29"))
            #expect(lines[3] == "entry   over: @daily: y: never again")
            #expect(lines[5].hasPrefix("entry   dropped: every 1h: d: "))
            #expect(lines[6].hasPrefix("entry   @yearly c: @yearly: c: "))
            #expect(lines[6].contains("-01-01 00:00:00 +08:00, in "))
        }
    }

    @Test(
        "takes no options that do not go together",
        arguments: [
            (["--once", "--next"], "--once and --next exclude each other: leave one out"),
            (["5"], "unexpected operand 5: a command stands after --, a value after its option"),
            (["--next", "x"], "bad value 'x' for --next: give a whole number from 1 to 1000000"),
            (["--next", "1", "2"], "unexpected operand 2: "),
            (["--json"], "--json does nothing without --next: add it, or leave out --json"),
        ]
    )
    func usage(words: [String], sentence: String) async throws {
        let outcome = try await run("tq-beat", arguments: words)
        #expect(outcome.status == .exited(64))
        #expect(outcome.errors.hasPrefix("tq-beat: \(sentence)"))
    }
}
