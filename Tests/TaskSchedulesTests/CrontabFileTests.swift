import TestSupport
import Testing

@testable import TaskQueue
@testable import TaskSchedules

@Suite("crontab files")
struct CrontabFileTests {
    private func entries(_ text: String) throws -> [BeatEntry] {
        try CrontabFile.entries(text.utf8, file: "crontab")
    }

    @Test("have a task in the place of the command, with the arguments of tq-send")
    func whole() async throws {
        let text = """
            # Reports, for those who read them.
            0 5 * * mon-fri  report.daily :42 to=sales 'two words' "it's" deep:=[1,2]

            CRON_TZ = "Europe/Berlin"
            \t*/5   9-17 * * *\treport.fast
            @hourly cleanup {"days": 30, "what": "a b"}
            @hourly cleanup ["x y", 2]
            TZ=
            every 10s ping
            every 1h offset 5m ping :null
              sunset 31.23 121.47 lights.on '#' a=b {}\r
            """
        try await TemporaryDirectory.with { directory in
            let file = try directory.write(text, to: "crontab")
            let entries = try CrontabFile.read(file)
            #expect(
                entries.map(\.name) == [
                    "0 5 * * mon-fri report.daily", "*/5 9-17 * * * report.fast", "@hourly cleanup",
                    "@hourly cleanup #2", "every 10s ping", "every 1h offset 5m ping",
                    "sunset 31.23 121.47 lights.on",
                ]
            )
            #expect(entries.map(\.place.line) == [2, 5, 6, 7, 9, 10, 11])
            #expect(entries.allSatisfy { $0.place.file == file })
            #expect(
                entries.map { "\($0.arguments.args) \($0.arguments.kwargs)" } == [
                    #"[42,"two words","it's"] {"to":"sales","deep":[1,2]}"#, "[] {}",
                    #"[] {"days": 30, "what": "a b"}"#, #"["x y", 2] {}"#, "[] {}",
                    "[null] {}", ##"["#","{}"] {"a":"b"}"##,
                ]
            )
            let zones = entries.map { $0.timezone?.name }
            #expect(
                zones == [nil, "Europe/Berlin", "Europe/Berlin", "Europe/Berlin", nil, nil, nil]
            )
            #expect(entries[0].task.text == "report.daily")
            #expect(entries[4].schedule == .interval(try Interval(every: .seconds(10))))
        }
    }

    @Test("are empty without lines")
    func empty() throws {
        for text in ["", "\n", "  \t \n# x\n", "TZ=UTC", "\r\n"] {
            #expect(try entries(text).isEmpty, "\(text.debugDescription)")
        }
    }

    @Test(
        "that are wrong are refused with the line and what would be right",
        arguments: [
            ("* * * * *", "1: no task follows the schedule \"* * * * *\""),
            ("\n60 * * * * x", "2: the minute \"60\": write 0 to 59, a range such as 10-40, or *"),
            ("* * * * x", "1: the day of week \"x\": write 0 to 6 or sun to sat"),
            ("0 0 31 2 * x", "1: it would never fire: no year has day of month 31 in month 2"),
            (
                "* * * * * * x",
                "1: \"*\" is not a task: a schedule has five fields here; one with seconds"
            ),
            ("0 0 * * * 1-5 x", "1: \"1-5\" is not a task"),
            ("* * *", "1: a crontab schedule has five fields (minute, hour"),
            ("@reboot x", "1: @reboot works only in cron"),
            ("@dayli x", "1: unknown word \"@dayli\""),
            ("@daily", "1: no task follows the schedule \"@daily\""),
            ("every x", "1: the interval \"x\""), ("every 10s", "1: no task follows the schedule"),
            ("sunset 1 x", "1: the place \"1 x\": write latitude and longitude"),
            ("MAILTO=root", "1: tq-beat runs no commands and has no use for MAILTO: leave it out"),
            ("PATH = /bin", "1: tq-beat runs no commands and has no use for PATH"),
            ("TZ=Europe/Bonn", "1: unknown time zone \"Europe/Bonn\": write an IANA name"),
            ("TZ='UTC", "1: a ' has no second one to end the value"),
            (
                "@daily /bin/backup > /dev/null",
                "1: no shell reads this line, and > means something to a shell"
            ),
            ("@daily x $HOME", "for the character write '$'; to run a command make it a task"),
            (
                "@daily x a # note",
                "1: a comment needs a line of its own: for the character # write '#'"
            ),
            ("@daily x *.jpg", "for the character write '*'"),
            ("@daily x a?", "for the character write '?'"),
            ("@daily x ~/a", "for the character write '~'"),
            ("@daily x y{a,b}", "for the character write '{'"),
            ("@daily 'x'", "1: 'x' is not a task: write its name without quotes"),
            ("@daily x\\ y", "1: x\\ is not a task: write its name without quotes"),
            ("@daily x 'a", "1: a ' has no second one to end the text"),
            ("@daily x \"a\\", "1: a \" has no second one to end the text"),
            ("@daily x a\\", "1: nothing follows the \\ at its end"),
            ("@daily x :a", "1: ':a' is not JSON: expected a JSON value (at byte 1): for a string"),
            ("@daily x a=1 a=2", "1: the keyword argument 'a' is given twice"),
            ("@daily x [1,", "1: the arguments are not JSON:"),
            ("@daily x {} {}", "1: the arguments"),
            ("@daily x\u{7}", "1: it holds a control character"), ("@daily x\0", "1: it holds"),
        ]
    )
    func refuses(text: String, message: String) {
        let error = #expect(throws: CrontabFileError.self) { try entries(text) }
        #expect(error?.description.hasPrefix("crontab:") == true)
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "none")")
    }

    @Test("that are no text, or not there, are refused")
    func unreadable() {
        let error = #expect(throws: CrontabFileError.self) {
            try CrontabFile.entries([0x23, 0x0A, 0xFF, 0x0A], file: "crontab")
        }
        #expect(error?.description == "crontab:2: it is not UTF-8")
        let missing = #expect(throws: CrontabFileError.self) {
            try CrontabFile.read("/nonexistent/crontab")
        }
        #expect(
            missing?.description
                == "/nonexistent/crontab: cannot read it: No such file or directory"
        )
    }
}
