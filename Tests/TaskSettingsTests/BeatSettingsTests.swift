import TestSupport
import Testing

@testable import TaskQueue
@testable import TaskSchedules
@testable import TaskSettings

@Suite("entries of tq-beat in the settings")
struct BeatSettingsTests {
    @Test("have all that the table says")
    func whole() async throws {
        let text = """
            timezone = "Asia/Tokyo"

            [beat_schedule."report.daily"]
            task = "report"
            args = [1, 2.5, "x", true, [], {a = 1}]
            kwargs = {to = "sales", deep = {er = [1]}}
            queue = "slow"
            options = {priority = 3, time_limit = "5m", max_retries = 0, ignore_result = true}
            schedule = "30 2 * * 1"
            timezone = "Europe/Berlin"
            jitter = "30s"
            catch_up = "all"
            overlap = "skip"
            dst_gap = "skip"
            dst_overlap = "twice"
            expires = 3600
            until = "2027-01-01 00:00"
            count = 10
            crontab_semantics = "celery"
            enabled = false

            [beat_schedule.ping]
            task = "ping"
            schedule = "every 1h"
            offset = "5m"
            until = 2027-01-01T00:00:00

            [beat_schedule.celery]
            task = "ping"
            schedule = 2.5
            """
        try await TemporaryDirectory.with { directory in
            let settings = try SettingsFile.read(try directory.write(text, to: "tq.toml"))
            try #require(settings.beatSchedule.count == 3)
            let report = settings.beatSchedule[0]
            #expect(report.name == "report.daily" && report.task.text == "report")
            #expect(report.place.line == 3)
            #expect(report.arguments.args.text == #"[1,2.5,"x",true,[],{"a":1}]"#)
            #expect(report.arguments.kwargs.text == #"{"to":"sales","deep":{"er":[1]}}"#)
            #expect(report.options.queue?.text == "slow")
            #expect(report.options.priority == 3)
            #expect(report.options.shared.maxRetries == 0)
            #expect(report.options.shared.timeLimits == TimeLimits(hard: 300))
            #expect(report.options.ignoresResult == true)
            #expect(report.schedule == .crontab(try Crontab("30 2 * * 1", semantics: .celery)))
            #expect(report.timezone?.name == "Europe/Berlin")
            #expect(report.jitter == .seconds(30))
            #expect(report.options.expires == .after(.seconds(3_600)))
            #expect(report.catchUp == .all && report.overlap == .skip)
            #expect(report.clockChanges == ClockChangeRule(gap: .skip, overlap: .twice))
            #expect(report.until?.iso8601 == "2026-12-31T23:00:00+00:00")
            #expect(report.count == 10 && !report.isEnabled)

            let ping = settings.beatSchedule[1]
            let hourly = try Interval(every: .seconds(3_600), offset: .seconds(300))
            #expect(ping.schedule == .interval(hourly))
            #expect(ping.until?.iso8601 == "2026-12-31T15:00:00+00:00")
            #expect(ping.isEnabled && ping.catchUp == .once && ping.overlap == .allow)
            #expect(ping.arguments == TaskArguments() && ping.count == nil && ping.jitter == .zero)
            #expect(
                settings.beatSchedule[2].schedule
                    == .interval(try Interval(every: .milliseconds(2_500)))
            )
        }
    }

    @Test("fire on the clocks of their zone, or of the default")
    func zones() async throws {
        let text = """
            [beat_schedule.a]
            task = "x"
            schedule = "0 12 * * *"
            timezone = "Asia/Tokyo"
            [beat_schedule.b]
            task = "x"
            schedule = "0 12 * * *"
            """
        try await TemporaryDirectory.with { directory in
            let settings = try SettingsFile.read(try directory.write(text, to: "tq.toml"))
            let berlin = try LocalTimeZone(named: "Europe/Berlin")
            let start = try #require(Timestamp(iso8601: "2026-07-01"))
            let firings = try settings.beatSchedule.map { entry in
                let timetable = try entry.timetable(default: berlin) {
                    place throws(TimeZoneError) in
                    try ZoneDatabase.system.rules(of: place)
                }
                return timetable.next(after: start)?.iso8601
            }
            #expect(firings == ["2026-07-01T03:00:00+00:00", "2026-07-01T10:00:00+00:00"])
        }
    }

    private static let effect = "it has no effect: only a crontab line is read on a clock"

    @Test(
        "that are wrong are refused with the file, the line and the key",
        arguments: [
            ("schedule = '@daily'", ":1: beat_schedule.x: it names no task: add task = \"NAME\""),
            (
                "task = 'x'",
                ":1: beat_schedule.x: it has no schedule: add schedule = \"@daily\" or another"
            ),
            ("task = ''", ":2: beat_schedule.x.task: it is empty"),
            (
                "task = \"a\\u0007\"",
                ":2: beat_schedule.x.task: a task's name has no control characters"
            ),
            ("tsak = 'x'", ":2: unknown key \"beat_schedule.x.tsak\": did you mean \"task\"?"),
            (
                "crontab = 'x'",
                ":2: unknown key \"beat_schedule.x.crontab\": a name with a dot needs"
            ),
            ("options.prio = 1", ":2: unknown key \"beat_schedule.x.options.prio\""),
            (
                "options.priority = 10",
                ":2: beat_schedule.x.options.priority: 10 is not from 0 to 9"
            ),
            ("args = {}", ":2: beat_schedule.x.args: expected an array, not a table"),
            (
                "args = \"{}\"",
                ":2: beat_schedule.x.args: expected an array, or the JSON of one as a string"
            ),
            (
                "kwargs = \"{\"",
                ":2: beat_schedule.x.kwargs: expected a table, or the JSON of one as a string: "
                    + "expected a key in quotation marks (at byte 2)"
            ),
            ("kwargs = []", ":2: beat_schedule.x.kwargs: expected a table, not an array"),
            (
                "args = [\n1,\n2026-01-01]",
                ":4: beat_schedule.x.args: JSON has no dates: write \"2026-01-01\" with quotes"
            ),
            ("kwargs = {a = inf}", ":2: beat_schedule.x.kwargs: JSON has no inf"),
            (
                "task = 'x'\nschedule = '60 * * * *'",
                ":3: beat_schedule.x.schedule: the minute \"60\": write 0 to 59"
            ),
            (
                "task = 'x'\nschedule = '* * * * 7'\ncrontab_semantics = 'celery'",
                ":3: beat_schedule.x.schedule: the day of week \"7\": Celery has no day 7"
            ),
            (
                "task = 'x'\nschedule = 0",
                ":3: beat_schedule.x.schedule: the interval \"0s\": the shortest"
            ),
            ("task = 'x'\nschedule = -1", ":3: beat_schedule.x.schedule: the interval"),
            (
                "task = 'x'\nschedule = []",
                ":3: beat_schedule.x.schedule: expected a schedule, or the seconds of an interval"
            ),
            (
                "task = 'x'\nschedule = '@daily'\noffset = 5",
                ":4: beat_schedule.x.offset: only an interval such as \"every 1h\" has an offset"
            ),
            (
                "task = 'x'\nschedule = 'every 5s'\noffset = 5",
                ":4: beat_schedule.x.offset: the interval \"5s\": an offset has to be shorter"
            ),
            ("crontab_semantics = 'vixie'", ": \"vixie\" is not one of \"cron\" and \"celery\""),
            ("catch_up = 'never'", ": \"never\" is not one of \"skip\", \"once\" and \"all\""),
            ("overlap = 'queue'", ": \"queue\" is not one of \"allow\" and \"skip\""),
            ("dst_gap = 'once'", ": \"once\" is not one of \"run\" and \"skip\""),
            ("dst_overlap = 'skip'", ": \"skip\" is not one of \"once\" and \"twice\""),
            (
                "task = 'x'\nschedule = 'every 1d'\ntimezone = 'UTC'",
                ":4: beat_schedule.x.timezone: \(effect)"
            ),
            (
                "task = 'x'\nschedule = 'every 1d'\ndst_gap = 'run'",
                ":4: beat_schedule.x.dst_gap: \(effect)"
            ),
            (
                "task = 'x'\nschedule = '@daily'\ntimezone = 'Mars'",
                ":4: beat_schedule.x.timezone: unknown time zone \"Mars\""
            ),
            (
                "task = 'x'\nschedule = '@daily'\nuntil = 'soon'",
                ":4: beat_schedule.x.until: \"soon\" is not a time"
            ),
            (
                "until = 5\ntask = 'x'\nschedule = '@daily'",
                ":2: beat_schedule.x.until: expected a time"
            ),
            ("expires = 0", ":2: beat_schedule.x.expires: it has to be above zero"),
            ("count = 0", ":2: beat_schedule.x.count: 0 is not from 1 to 1000000000000"),
            ("enabled = 'no'", ":2: beat_schedule.x.enabled: expected true or false, not a string"),
        ]
    )
    func messages(text: String, message: String) async throws {
        try await TemporaryDirectory.with { directory in
            let file = try directory.write("[beat_schedule.x]\n" + text, to: "tq.toml")
            let error = #expect(throws: SettingsError.self) { try SettingsFile.read(file) }
            #expect(error?.description.hasPrefix(file) == true)
            #expect(error?.description.contains(message) == true, "\(error?.description ?? "none")")
        }
    }

    private static func entry(_ name: String) -> String {
        "[beat_schedule.\(name)]\ntask = 'x'\nschedule = '0 0 * * *'\nuntil = '2027-01-01'\n"
    }

    @Test("also come from the files of beat.d, in the order of their names")
    func folder() async throws {
        try await TemporaryDirectory.with { directory in
            let file = try directory.write(
                "timezone = 'Asia/Tokyo'\n" + Self.entry("main"),
                to: "tq.toml"
            )
            var alone = try SettingsFile.read(file)
            try BeatFolder.addEntries(to: &alone)
            #expect(alone.beatSchedule.map(\.name) == ["main"])

            try directory.write(Self.entry("b") + Self.entry("c"), to: "beat.d/20-b.toml")
            try directory.write(Self.entry("a"), to: "beat.d/10-a.toml")
            for name in [".hidden.toml", "old.toml~", "new.toml.dpkg-new", "README"] {
                try directory.write("no TOML", to: "beat.d/\(name)")
            }
            var settings = try SettingsFile.read(file)
            try BeatFolder.addEntries(to: &settings)
            #expect(settings.beatSchedule.map(\.name) == ["main", "a", "b", "c"])
            let ends = Set(settings.beatSchedule.map { $0.until?.iso8601 })
            #expect(ends == ["2026-12-31T15:00:00+00:00"])
        }
    }

    @Test(
        "from beat.d are refused with the file and the line",
        arguments: [
            (
                entry("main"), 0o644,
                ":1: beat_schedule.main: FOLDER/tq.toml:1 has an entry of that name"
            ),
            (
                "broker_url = 'x'", 0o644,
                ":1: unknown key \"broker_url\": a file in beat.d has tables"
            ),
            ("[a]\ntask = 'x'", 0o644, ":1: unknown key \"a\": a file in beat.d has tables"),
            ("[beat_schedule.y]\nx = 1", 0o644, ":2: unknown key \"beat_schedule.y.x\""),
            ("x", 0o644, ":1:"), (entry("y"), 0o666, ", which others can write: chmod o-w it"),
        ] as [(String, UInt32, String)]
    )
    func badFile(text: String, mode: UInt32, message: String) async throws {
        try await TemporaryDirectory.with { directory in
            let main = try directory.write(Self.entry("main"), to: "tq.toml")
            let file = try directory.write(text, to: "beat.d/x.toml", mode: mode)
            var settings = try SettingsFile.read(main)
            let error = #expect(throws: SettingsError.self) {
                try BeatFolder.addEntries(to: &settings)
            }
            let expected = message.split(separator: "FOLDER").joined(separator: directory.path)
            let text = error?.description ?? "none"
            #expect(text.contains(file + expected), "\(text)")
        }
    }
}
