import TaskQueue
import TestSupport
import Testing

@Suite("tasks on the standard input of tq-send", .timeLimit(.minutes(60)))
struct SendInputTests {
    @Test("are the arguments of the task as JSON, a line each")
    func values() async throws {
        try await Workplace.with { place in
            let lines = "[1, \"two\"]\n{\"x\": 1}\n18446744073709551616\n\n\"text\"\n  null \r\n[]"
            let outcome = try await place.run("tq-send", "add", "-", input: lines).succeeded()
            let messages = try await place.messages()
            #expect(
                messages.map(\.args) == [
                    #"[1, "two"]"#, "[]", "[18446744073709551616]", #"["text"]"#, "[null]", "[]",
                ]
            )
            #expect(messages[1].kwargs == #"{"x": 1}"#)
            #expect(outcome.lines == messages.map(\.id))
        }
    }

    @Test("are whole tasks as JSON objects when no task is named", arguments: Transport.allCases)
    func objects(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            let lines = """
                {"task": "a", "args": [1], "kwargs": {"k": 1}, "id": "one", "priority": 5}
                {"task": "b", "queue": "other", "countdown": 600}
                {"task": "c", "eta": "2100-01-01T00:00:00Z", "expires": "2d", "args": null}
                """
            let outcome = try await place.run("tq-send", "-p", "6", "-", input: lines).succeeded()
            let here = try await place.messages()
            let first = try #require(here.first { $0.id == "one" })
            #expect(first.task == "a" && first.args == "[1]" && first.kwargs == #"{"k": 1}"#)
            #expect(first.priority == 5)
            let other = try #require(try await place.messages(in: "other").first)
            #expect(other.task == "b" && other.args == "[]" && other.isDelayed)
            #expect(other.priority == 6)
            let last = try #require(here.first { $0.task == "c" })
            #expect(last.headers[key: "eta"]?.string == "2100-01-01T00:00:00+00:00")
            #expect(last.headers[key: "expires"]?.kind == .string)
            #expect(outcome.lines == ["one", other.id, last.id])
        }
    }

    @Test("are strings, whatever they look like, with --lines")
    func lines() async throws {
        try await Workplace.with { place in
            let input = ":1\n[2]\n\n a=b \n\"q\"\r\nlast"
            try await place.run("tq-send", "--lines", "t", "-", input: input).succeeded()
            let args = try await place.messages().map(\.args)
            #expect(
                args == [
                    #"[":1"]"#, #"["[2]"]"#, #"[""]"#, #"[" a=b "]"#, #"["\"q\"\r"]"#, #"["last"]"#,
                ]
            )
        }
    }

    @Test("end in NUL bytes with -0, as find -print0 writes them")
    func nullTerminated() async throws {
        try await Workplace.with { place in
            try await place.shell(#"printf 'a\nb\0c\0' | tq-send -0 t -"#).succeeded()
            #expect(try await place.messages().map(\.args) == [#"["a\nb"]"#, #"["c"]"#])
        }
    }

    @Test("may have lines of 20 MB", .requiresReleaseBuild, arguments: Transport.allCases)
    func longLine(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            let script = """
                { head -c 20000000 /dev/zero | tr '\\0' x; echo; echo short; } |
                    tq-send --lines t - >ids
                tq-work --burst --quiet -- wc -c
                tq-result - <ids
                """
            let outcome = try await place.shell(script, environment: Release.environment)
            let sizes = try outcome.succeeded().lines.compactMap { Int($0) }
            try #require(sizes.count == 2)
            // What wc reads holds some headers too, in which long arguments are cut.
            #expect((19_999_995..<20_002_000).contains(sizes[0] - sizes[1]))
        }
    }

    @Test("may be none at all", arguments: ["", "\n", "\n \n"])
    func empty(_ input: String) async throws {
        try await Workplace.with { place in
            let outcome = try await place.run("tq-send", "add", "-", input: input).succeeded()
            #expect(outcome.output == "" && outcome.errors == "")
            #expect(try await place.messages().isEmpty)
        }
    }

    @Test("are sent, and their ids printed, as they come", arguments: Transport.allCases)
    func streaming(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            try await place.withProgram("tq-send add -", keepsInputOpen: true) { sender in
                var ids: [String] = []
                for number in 1...3 {
                    sender.write("\(number)\n4")
                    try await eventually {
                        sender.outputSoFar.filter { $0 == "\n" }.count == number
                    }
                    ids = sender.outputSoFar.split(separator: "\n").map(String.init)
                    #expect(try await place.messages().map(\.id) == ids)
                }
                sender.closeInput()
                #expect(try await sender.waitForExit() == .exited(0))
                #expect(try await place.messages().map(\.args) == ["[1]", "[42]", "[43]", "[4]"])
                #expect(sender.outputSoFar.hasPrefix(ids.joined(separator: "\n")))
            }
        }
    }
}
