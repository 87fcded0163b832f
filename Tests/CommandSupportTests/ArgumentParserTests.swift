import CommandLineOptions
import Testing

@Suite("reading a command line")
struct ArgumentParserTests {
    private let sample = SampleInterface.mixed

    @Test(
        "takes a value in the four ways of GNU",
        arguments: [["--queue", "low"], ["--queue=low"], ["-Q", "low"], ["-Qlow"], ["-wQlow"]]
    )
    func values(words: [String]) throws {
        guard case .run(let parsed) = try sample.parse(words + ["add"]) else {
            Issue.record("asked for a text")
            return
        }
        #expect(parsed.value("queue") == "low")
        #expect(parsed.operands == ["add"])
    }

    @Test("takes a value as it is, whatever it looks like")
    func oddValues() throws {
        #expect(try sample.arguments("--queue=", "add").value("queue") == "")
        #expect(try sample.arguments("--queue=a=b", "add").value("queue") == "a=b")
        #expect(try sample.arguments("--queue", "--wait", "add").value("queue") == "--wait")
        #expect(try sample.arguments("-Q", "--", "add").value("queue") == "--")
        #expect(try sample.arguments("-Q=low", "add").value("queue") == "=low")
    }

    @Test("cuts by bytes: an accent may follow the equals sign")
    func accents() throws {
        let value = try sample.arguments("--queue=\u{301}a", "add").value("queue")
        #expect(value?.unicodeScalars.elementsEqual("\u{301}a".unicodeScalars) == true)
        let attached = try sample.arguments("-Q\u{301}a", "add").value("queue")
        #expect(attached?.unicodeScalars.elementsEqual("\u{301}a".unicodeScalars) == true)
    }

    @Test("reads bundled flags")
    func bundle() throws {
        let parsed = try sample.arguments("-qw", "add")
        #expect(parsed.flag("quiet"))
        #expect(parsed.flag("wait"))
        #expect(!parsed.flag("verbose"))
    }

    @Test("lets the last of several win, unless the option repeats")
    func repeated() throws {
        let parsed = try sample.arguments(
            "--queue",
            "a",
            "--task",
            "x",
            "--queue=b",
            "--task=y",
            "add"
        )
        #expect(parsed.value("queue") == "b")
        #expect(parsed.values("task") == ["x", "y"])
        #expect(parsed.values("queue") == ["a", "b"])
        #expect(parsed.value("broker") == nil)
    }

    @Test("takes an optional value only after an equals sign")
    func attachedValue() throws {
        let alone = try sample.arguments("--burst", "wait")
        #expect(alone.value("burst") == "")
        #expect(alone.operands == ["wait"])
        #expect(try sample.arguments("--burst=wait", "add").value("burst") == "wait")
    }

    @Test("mixes options and operands; a lone dash is an operand")
    func mixed() throws {
        let parsed = try sample.arguments("add", "-", "--wait", ":2", "")
        #expect(parsed.operands == ["add", "-", ":2", ""])
        #expect(parsed.flag("wait"))
        #expect(parsed.operandsAfterTerminator == nil)
    }

    @Test("ends the options at --")
    func terminator() throws {
        let parsed = try sample.arguments("add", "--", "--wait", "--", "-5")
        #expect(parsed.operands == ["add", "--wait", "--", "-5"])
        #expect(parsed.operandsBeforeTerminator == ["add"])
        #expect(parsed.operandsAfterTerminator == ["--wait", "--", "-5"])
        #expect(!parsed.flag("wait"))
    }

    @Test(
        "with an option that keeps operands, data cannot become an option",
        arguments: [
            ["--literal", "add", "--broker=redis://elsewhere", "--", "-h"],
            ["add", "--literal", "--broker=redis://elsewhere", "--", "-h"],
        ]
    )
    func literal(words: [String]) throws {
        guard case .run(let parsed) = try sample.parse(words) else {
            Issue.record("asked for a text")
            return
        }
        #expect(parsed.operands == ["add", "--broker=redis://elsewhere", "--", "-h"])
        #expect(!parsed.flag("broker"))
    }

    @Test("after such an option and before the operand, options are still read")
    func literalThenOption() throws {
        let parsed = try sample.arguments("--literal", "--wait", "add", "-w")
        #expect(parsed.flag("wait"))
        #expect(parsed.operands == ["add", "-w"])
    }

    @Test("tells what stands after -- for a program that runs a command")
    func command() throws {
        let parsed = try SampleInterface.command.arguments("--task", "x", "--", "sh", "-c", "true")
        #expect(parsed.operandsAfterTerminator == ["sh", "-c", "true"])
        #expect(try SampleInterface.command.arguments("-q").operandsAfterTerminator == nil)
    }

    @Test("takes a choice in upper case, and gives it as the table has it")
    func choices() throws {
        #expect(try sample.arguments("--color", "ALWAYS", "add").value("color") == "always")
    }

    @Test("reads numbers and values with a parser of their own")
    func typedValues() throws {
        let parsed = try sample.arguments("--queue=7", "add")
        #expect(try parsed.integer("queue", in: 0...9) == 7)
        #expect(try parsed.integer("task", in: 0...9) == nil)
        let doubled = try parsed.value("queue") { text throws(UsageError) in text + text }
        #expect(doubled == "77")
    }

    @Test(
        "answers at once when asked for a text, whatever follows",
        arguments: [["--help", "--bogus"], ["-qh"], ["-h", "add"], ["--version", "-"]]
    )
    func texts(words: [String]) throws {
        guard case .print(let text) = try sample.parse(words) else {
            Issue.record("did not ask for a text")
            return
        }
        #expect(text.hasPrefix("sample"))
        #expect(text.hasSuffix("\n"))
    }
}
