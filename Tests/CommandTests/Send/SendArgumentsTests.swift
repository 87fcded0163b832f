import TaskQueue
import TestSupport
import Testing

@Suite("the arguments of tq-send")
struct SendArgumentsTests {
    /// Words of a command line, and what they are in the message.
    struct Example: Sendable, CustomTestStringConvertible {
        let words: [String]
        let args: String
        var kwargs = "{}"

        var testDescription: String { words.joined(separator: " ") }
    }

    private static let conventional = [
        Example(words: ["add"], args: "[]"),
        Example(words: ["add", "2", ""], args: #"["2",""]"#),
        Example(words: ["add", ":2", ":[1, {}]", ":null"], args: "[2,[1, {}],null]"),
        Example(words: ["add", #":":x""#], args: #"[":x"]"#),
        Example(words: ["add", "to=a@b", "n:=2"], args: "[]", kwargs: #"{"to":"a@b","n":2}"#),
        Example(words: ["add", "a=", "_b=x=y"], args: "[]", kwargs: #"{"a":"","_b":"x=y"}"#),
        Example(words: ["add", "größe=1"], args: "[]", kwargs: #"{"größe":"1"}"#),
        Example(words: ["add", "a-b=c", "=d", "1e=f"], args: #"["a-b=c","=d","1e=f"]"#),
        Example(words: ["add", "http://h/?q=1"], args: #"["http://h/?q=1"]"#),
        Example(words: ["add", "--", "-x", "--queue"], args: #"["-x","--queue"]"#),
        Example(words: ["add", "snowman ☃ 😀"], args: #"["snowman ☃ 😀"]"#),
        Example(
            words: ["add", ":18446744073709551616", ":1e400", ":-0", ":0.10"],
            args: "[18446744073709551616,1e400,-0,0.10]"
        ),
        Example(words: ["add", #":"\ud800""#], args: #"["\ud800"]"#),
        Example(words: ["add", "--args", "[2, 3]"], args: "[2, 3]"),
        Example(words: ["add", "--kwargs", #"{"a-b": 1}"#], args: "[]", kwargs: #"{"a-b": 1}"#),
    ]

    private static let literal = [
        Example(words: ["--literal", "add", ":1", "a=b", "c:=d"], args: #"[":1","a=b","c:=d"]"#),
        Example(words: ["--literal", "add", "-", "--", "-x"], args: #"["-","--","-x"]"#),
        Example(words: ["--literal", "add", "-"], args: #"["-"]"#),
        Example(words: ["add", "--literal", "--queue", "q"], args: #"["--queue","q"]"#),
    ]

    @Test("are strings, JSON and keyword arguments", arguments: conventional)
    func values(_ example: Example) async throws {
        try await check(example)
    }

    @Test("are strings whatever they look like with --literal", arguments: literal)
    func strings(_ example: Example) async throws {
        try await check(example)
    }

    private func check(_ example: Example) async throws {
        let outcome = try await run("tq-send", arguments: ["--dry-run"] + example.words)
        let message = try JSONText(outcome.succeeded().outputBytes)
        let body = try #require(message[key: "body"]?.elements)
        #expect(body[0].text == example.args)
        #expect(body[1].text == example.kwargs)
    }

    @Test(
        "that are wrong end it with 64 and say why",
        arguments: [
            (["add", ":{"], "':{' is not JSON: expected a key in quotation marks (at byte 2)"),
            (["add", "n:=x"], "'n:=x' is not JSON: "),
            (["add", "a=1", "a:=2"], "the keyword argument 'a' is given twice"),
            (["--args", "{}", "add"], "--args requires a JSON array, such as --args '[2, 3]'"),
            (
                ["--kwargs", "[]", "add"],
                #"--kwargs requires a JSON object, such as --kwargs '{"to": 1}'"#
            ),
            (["--args", "[]", "add", "x"], "--args and ARG exclude each other: leave one out"),
            (["a\u{01}"], "a task's name has at least one character, and no control characters"),
            (["add", "-1"], "unknown option -1: write a negative number as :-1, or after --"),
        ]
    )
    func wrong(_ words: [String], _ reason: String) async throws {
        let outcome = try await run("tq-send", arguments: words)
        #expect(outcome.status == .exited(64))
        #expect(outcome.output == "")
        #expect(outcome.errors.hasPrefix("tq-send: "))
        #expect(outcome.errors.contains(reason))
    }

    @Test("that are not UTF-8 are refused")
    func notUTF8() async throws {
        let outcome = try await run("bash", "-c", #"tq-send add ok $'\xff'"#)
        #expect(outcome.status == .exited(64))
        #expect(
            outcome.errors
                == "tq-send: argument 3 is not UTF-8: pass such data in a file, or as base64\n"
        )
    }
}
