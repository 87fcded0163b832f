import TestSupport
import Testing

@Suite("the progress of tasks on a terminal", .timeLimit(.minutes(60)))
struct FollowOnTerminalTests {
    /// Runs a command line on a terminal so many columns wide, beside `body`.
    ///
    /// With 61 columns, of which the last is not used, a bar has 20.
    ///
    /// - Returns: what has been seen on it.
    private func screen(
        _ commandLine: String,
        columns: Int = 61,
        in place: Workplace,
        environment: [String: String] = [:],
        _ body: (Spawned) async throws -> Void
    ) async throws -> TerminalScreen {
        let script = try place.write(
            "stty cols \(columns) -echo; exec \(commandLine)\n",
            to: "on-terminal"
        )
        return try await place.withProgram(
            // script(1) gives it a terminal of its own, and copies what is written there.
            "script -qec 'sh \(script)' /dev/null",
            keepsInputOpen: true,
            environment: ["TERM": "xterm"].merging(environment) { $1 }
        ) { terminal in
            try await body(terminal)
            try await terminal.waitForExit()
            return TerminalScreen(terminal.outputSoFar)
        }
    }

    @Test("is a bar that is redrawn in place and gone in the end", arguments: Transport.allCases)
    func bar(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            _ = try await place.send("--id", "x", "t")
            let screen = try await screen("tq-result --wait --follow x", in: place) { terminal in
                for current in [0, 3, 10] {
                    let metadata = #"{"current": \#(current), "total": 10, "message": "ok"}"#
                    try await place.store("x", state: "PROGRESS", metadata)
                    try await terminal.waitUntilPrinted("(\(current)/10) ok")
                }
                try await place.store("x", state: "RETRY", #""later""#)
                try await terminal.waitUntilPrinted("later")
                try await place.finish("x", #""result""#)
            }
            #expect(screen.lines == ["result"])
            #expect(
                screen.erased == [
                    "[>                   ] 0% (0/10) ok",
                    "[======>             ] 30% (3/10) ok",
                    "[====================] 100% (10/10) ok",
                    "task x is tried again: later",
                ]
            )
        }
    }

    @Test("counts several tasks, and never mixes with results and errors")
    func several() async throws {
        try await Workplace.with(tasks: ["bad": "echo trace >&2; exit 1"]) { place in
            for id in ["a", "b", "c"] { _ = try await place.send("--id", id, "-Q", "q", "t") }
            _ = try await place.send("--id", "bad", "bad")
            let screen = try await screen("tq-result -wf a bad b c", in: place) { terminal in
                try await terminal.waitUntilPrinted("0 of 4 tasks done")
                try await place.store("b", state: "PROGRESS", #"{"current": 1, "total": 2}"#)
                try await terminal.waitUntilPrinted("0 of 4 tasks done; 50% (1/2) (task b)")
                try await place.finish("a", #""first""#)
                try await terminal.waitUntilPrinted("1 of 4 tasks done; 50% (1/2) (task b)")
                try await place.work()
                try await terminal.waitUntilPrinted("2 of 4 tasks done")
                try await place.finish("c", #""third""#)
                try await terminal.waitUntilPrinted("3 of 4 tasks done")
                try await place.finish("b", #""second""#)
            }
            let failure = ["tq-result: task bad failed: CommandFailed: exit status 1", "trace"]
            #expect(screen.lines == ["first"] + failure + ["second", "third"])
            // 1 of 4 is done, and half of another.
            #expect(screen.erased.contains { $0.hasPrefix("[=======>            ] 1 of 4 tasks") })
        }
    }

    @Test("takes no more columns than there are", arguments: [5, 20, 40, 200])
    func width(_ columns: Int) async throws {
        try await Workplace.with { place in
            let words = String(repeating: "word ", count: 100)
            _ = try await place.send("--id", "x", "t")
            let metadata = #"{"current": 1, "total": 2, "message": "\#(words)"}"#
            try await place.store("x", state: "PROGRESS", metadata)
            let reading = "tq-result -wf x"
            let screen = try await screen(reading, columns: columns, in: place) { terminal in
                try await terminal.waitUntilPrinted("…")
                try await place.finish("x", "1")
            }
            #expect(screen.lines == ["1"])
            #expect(screen.width == columns - 1)
        }
    }

    @Test(
        "has colours only where they are wanted",
        arguments: [
            ("", [:], true), ("", ["NO_COLOR": "1"], false), ("--color never", [:], false),
            ("--color always", ["NO_COLOR": "1"], true),
        ] as [(String, [String: String], Bool)]
    )
    func color(_ option: String, _ environment: [String: String], _ isColored: Bool) async throws {
        try await Workplace.with { place in
            _ = try await place.send("--id", "x", "t")
            try await place.store("x", state: "PROGRESS", #"{"current": 1, "total": 2}"#)
            let reading = "tq-result -wf \(option) x"
            _ = try await screen(reading, in: place, environment: environment) { terminal in
                try await terminal.waitUntilPrinted("50%")
                #expect(terminal.outputSoFar.contains("\u{1B}[32m=====") == isColored)
                #expect(terminal.outputSoFar.contains("\u{1B}[") == isColored)
                try await place.finish("x", "1")
            }
        }
    }

    @Test("is lines on a terminal that cannot erase")
    func dumb() async throws {
        try await Workplace.with { place in
            _ = try await place.send("--id", "x", "t")
            try await place.store("x", state: "PROGRESS", #"{"current": 1, "total": 2}"#)
            let environment = ["TERM": "dumb"]
            let reading = "tq-result -wf x"
            let screen = try await screen(reading, in: place, environment: environment) {
                terminal in
                try await terminal.waitUntilPrinted("50%")
                try await place.finish("x", "1")
            }
            #expect(screen.lines == ["tq-result: task x: 50% (1/2)", "1"])
            #expect(screen.erased.isEmpty)
        }
    }

    @Test("leaves a clean line when the time is over, or when it is interrupted")
    func ends() async throws {
        try await Workplace.with { place in
            _ = try await place.send("--id", "x", "t")
            try await place.store("x", state: "PROGRESS", #"{"current": 1, "total": 2}"#)
            let timedOut = try await screen("tq-result -wf --timeout 0.1 x", in: place) { _ in }
            #expect(
                timedOut.lines == [
                    "tq-result: task x has not finished in 100ms: --timeout sets the time"
                ]
            )
            #expect(timedOut.erased.count == 1)
            let interrupted = try await screen("tq-result -wf x", in: place) { terminal in
                try await terminal.waitUntilPrinted("50%")
                terminal.write("\u{03}")
            }
            #expect(interrupted.lines.allSatisfy { !$0.contains("50%") })
            #expect(interrupted.erased.count == 1)
        }
    }

    @Test("is shown by tq-send --progress too, whose data go elsewhere")
    func send() async throws {
        try await Workplace.with { place in
            let sending = "tq-send --wait --progress --id x t >out"
            let screen = try await screen(sending, in: place) { terminal in
                try await eventually { (try? await place.messages().count) == 1 }
                try await place.store("x", state: "PROGRESS", #"{"current": 1, "total": 2}"#)
                try await terminal.waitUntilPrinted("50%")
                try await place.finish("x", "1")
            }
            #expect(screen.lines == [] && screen.erased == ["[==========>         ] 50% (1/2)"])
            #expect(place.lines("out") == ["1"])
        }
    }
}
