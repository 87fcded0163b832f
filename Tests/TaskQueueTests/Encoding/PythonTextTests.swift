import TestSupport
import Testing

@testable import TaskQueue

@Suite("Arguments as Python prints them")
struct PythonTextTests {
    @Test(
        "values",
        arguments: [
            ("null", "None"), ("true", "True"), ("false", "False"), ("1", "1"), ("2.50", "2.50"),
            ("12345678901234567890", "12345678901234567890"), ("[]", "[]"), ("{}", "{}"),
            ("{ }", "{}"),
            ("[1,[2],{}]", "[1, [2], {}]"),
            (#"{"a":1,"b":{"c":[null]}}"#, "{'a': 1, 'b': {'c': [None]}}"),
            (#""it's""#, #"'it\'s'"#), (#""\u0027\"""#, #"'\'"'"#),
            (#""q\"uo\\te""#, #"'q"uo\te'"#),
            (#""\n\r\t\b\u0000\u001f\u007f""#, #"'\n\r\t\x08\x00\x1f\x7f'"#),
            ("\"\u{7F}\"", #"'\x7f'"#),
            (#""\/\u00e9é☃\ud83d\ude00😀""#, "'/éé☃😀😀'"), (#""\ud800x\udc00""#, #"'\ud800x\udc00'"#),
            (#""\ud83d\n\ude00""#, #"'\ud83d\n\ude00'"#),
            (#"{"it's":"\u2603"}"#, #"{'it\'s': '☃'}"#),
            ("[[[[1]]]]", "[[[[...]]]]"), ("[[[[]]]]", "[[[[]]]]"),
            (#"{"k":{"k":{"k":{"k":1}}}}"#, "{'k': {'k': {'k': {...}}}}"),
        ]
    )
    func values(json: String, text: String) throws {
        #expect(PythonText.value(try JSONText(json.utf8)) == text)
    }

    @Test(
        "positional arguments",
        arguments: [
            ("[]", "()"), ("[1]", "(1,)"), ("[ 1 , 2 ]", "(1, 2)"), ("[[]]", "([],)"),
            ("[[[[[1]]]]]", "([[[...]]],)"), ("[\"x\",{\"a\":null}]", "('x', {'a': None})"),
        ]
    )
    func tuples(json: String, text: String) throws {
        #expect(PythonText.tuple(try JSONText(json.utf8)) == text)
    }

    @Test(
        "long text is cut, between characters, and brackets are closed",
        arguments: ["x", "é", "☃", "😀"]
    )
    func long(character: String) throws {
        for shift in 0..<8 {
            let string =
                String(repeating: "-", count: shift) + String(repeating: character, count: 2_000)
            let json = try JSONText("[\(JSONText(string: string)),[1],2]".utf8)
            let text = PythonText.tuple(json)
            #expect(text.hasPrefix("('\(string.prefix(200))"))
            #expect(text.hasSuffix("\(character)...', ...)"))
            #expect(!text.contains("\u{FFFD}"))
            #expect((1_020...1_040).contains(text.utf8.count))
        }
    }

    @Test("so are escapes, keys, many elements and long numbers")
    func longParts() throws {
        let pairs = String(repeating: #"\ud83d\ude00"#, count: 1_000)
        for shift in 0..<12 {
            let text = PythonText.value(
                try JSONText(#"["\#(String(repeating: "x", count: shift))\#(pairs)"]"#.utf8)
            )
            #expect(text.hasSuffix("😀...']") && text.utf8.count < 1_040)
        }
        let many = "[" + (0..<5_000).map { "\($0)" }.joined(separator: ",") + "]"
        #expect(PythonText.tuple(try JSONText(many.utf8)).hasSuffix(", ...)"))
        let key = String(repeating: "k", count: 3_000)
        #expect(
            PythonText.value(try JSONText("{\"\(key)\":[1],\"b\":2}".utf8)).hasSuffix(
                "k...': [...], ...}"
            )
        )
        let number = String(repeating: "9", count: 3_000)
        #expect(PythonText.value(try JSONText("[\(number),1]".utf8)).hasSuffix("9..., ...]"))
    }

    @Test("megabytes of nesting cost nothing", .timeLimit(.minutes(60)))
    func deep() throws {
        let count = 500_000
        let text = String(repeating: "[", count: count) + String(repeating: "]", count: count)
        #expect(PythonText.tuple(try JSONText(text.utf8)) == "([[[...]]],)")
    }

    @Test("Celery's own messages print the same", arguments: Fixture.names)
    func celery(name: String) throws {
        // What is not JSON's, such as tuples in tuples and dates, cannot be told from JSON.
        let lost = ["flow-map", "flow-starmap", "redis-map", "redis-starmap", "redis-chunks"]
        guard !lost.contains(name), name != "redis-special-types", name != "redis-task-options"
        else { return }
        for captured in try Fixture(name).messages {
            guard let args = captured.headers?[key: "argsrepr"]?.string,
                let kwargs = captured.headers?[key: "kwargsrepr"]?.string,
                let body = captured.decoded[key: "body"]?.elements(count: 3)
            else { continue }
            // Python's lists are as good as tuples for positional arguments.
            #expect(args == PythonText.tuple(body[0]) || args == PythonText.value(body[0]))
            #expect(kwargs == PythonText.value(body[1]))
        }
    }
}
