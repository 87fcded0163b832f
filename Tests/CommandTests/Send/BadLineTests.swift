import TestSupport
import Testing

@Suite("a bad line on the standard input of tq-send")
struct BadLineTests {
    @Test("ends it with 65, says which line and how many tasks were sent, which stay sent")
    func stops() async throws {
        try await Workplace.with { place in
            let outcome = try await place.run("tq-send", "add", "-", input: "1\n\n2\n{\"a\n3\n")
            #expect(outcome.status == .exited(65))
            #expect(
                outcome.errors == """
                    tq-send: line 4 of standard input: it is not JSON: a string does not end \
                    (at byte 2): with --lines each line is a string; 2 tasks were sent before it

                    """
            )
            let messages = try await place.messages()
            #expect(messages.map(\.args) == ["[1]", "[2]"])
            #expect(outcome.lines == messages.map(\.id))
        }
    }

    @Test("is reported and passed over with --keep-going, and the status is 65 all the same")
    func keepsGoing() async throws {
        try await Workplace.with { place in
            let outcome = try await place.run(
                "tq-send",
                "--keep-going",
                "add",
                "-",
                input: "1\nx\n2\ny\n3"
            )
            #expect(outcome.status == .exited(65))
            #expect(outcome.errors.contains("line 2 of standard input: "))
            #expect(outcome.errors.contains("1 task was sent before it\n"))
            #expect(outcome.errors.contains("line 4 of standard input: "))
            #expect(outcome.errors.contains("2 tasks were sent before it\n"))
            #expect(try await place.messages().map(\.args) == ["[1]", "[2]", "[3]"])
            #expect(outcome.lines.count == 3)
        }
    }

    @Test(
        "may be JSON that is no task",
        arguments: [
            ("5", "it is not a JSON object: {\"task\": \"NAME\", \"args\": [...]}"),
            ("{}", "it names no task: {\"task\": \"NAME\", \"args\": [...]}"),
            ("{\"task\": null}", "it names no task"),
            ("{\"task\": 5}", "its \"task\" is not a name: 5"),
            ("{\"task\": \"\"}", "its \"task\" is not a name: \"\""),
            (
                "{\"task\": \"a\\nb\"}", "its \"task\" has a control character: \"a\\nb\""
            ),
            ("{\"task\": \"a\", \"expires\": 0}", "its \"expires\" is at once, so that it would"),
            (
                "{\"task\": \"a\", \"args\": [], \"args\": []}",
                "it has the key \"args\" twice: leave one out"
            ),
            ("{\"task\": \"a\", \"task\": \"b\"}", "it has the key \"task\" twice: leave one out"),
            (
                "{\"task\": \"a\", \"eta\": \"2030-01-01\", \"countdown\": 1}",
                "it has both \"countdown\" and \"eta\": leave one out"
            ),
            ("{\"task\": \"a\", \"args\": {}}", "its \"args\" is not an array"),
            ("{\"task\": \"a\", \"args\": \"[]\"}", "its \"args\" is not an array"),
            ("{\"task\": \"a\", \"kwargs\": []}", "its \"kwargs\" is not an object"),
            ("{\"task\": \"a\", \"queue\": 1}", "its \"queue\" is not a name"),
            (
                "{\"task\": \"a\", \"priority\": 10}",
                "its \"priority\" is not a whole number from 0"
            ),
            ("{\"task\": \"a\", \"priority\": 1.5}", "its \"priority\" is not a whole number"),
            ("{\"task\": \"a\", \"countdown\": \"soon\"}", "its \"countdown\" is not a duration"),
            ("{\"task\": \"a\", \"countdown\": -1}", "its \"countdown\" is not a duration"),
            ("{\"task\": \"a\", \"eta\": \"soon\"}", "its \"eta\" is not a time such as"),
            ("{\"task\": \"a\", \"expires\": []}", "its \"expires\" is not a time such as"),
            ("{\"task\": \"a\", \"id\": 7}", "its \"id\" is not a text"),
            ("{\"task\": \"a\", \"arg\": []}", "it has an unknown key \"arg\": task, args"),
            ("{\"task\": \"a\"} x", "it is not JSON: something follows the value"),
        ]
    )
    func noTask(_ line: String, _ reason: String) async throws {
        let outcome = try await run("tq-send", "-", input: line + "\n")
        #expect(outcome.status == .exited(65))
        #expect(outcome.output == "")
        #expect(outcome.errors.hasPrefix("tq-send: line 1 of standard input: \(reason)"))
        #expect(outcome.errors.hasSuffix("; 0 tasks were sent before it\n"))
    }

    @Test("may be a file's name that is no UTF-8, which is named, and left out with --keep-going")
    func nameOfFile() async throws {
        try await Workplace.with { place in
            let script = #"printf 'a\0b\'\''\377.jpg\0c\0' | tq-send -0 --keep-going t -"#
            let outcome = try await place.shell(script)
            #expect(outcome.status == .exited(65))
            #expect(outcome.errors.contains(#"which a message cannot hold: $'b\x27\xff.jpg': "#))
            #expect(try await place.messages().map(\.args) == [#"["a"]"#, #"["c"]"#])
        }
    }

    @Test("may be no UTF-8", arguments: ["--lines", "--null"])
    func notUTF8(_ option: String) async throws {
        let script = #"printf '\xff\n' | tq-send \#(option) t -"#
        let outcome = try await run("bash", "-c", script)
        #expect(outcome.status == .exited(65))
        #expect(outcome.errors.contains("line 1 of standard input: it is not UTF-8"))
    }
}
