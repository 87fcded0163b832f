import TestSupport
import Testing

@testable import TaskCommands
@testable import TaskQueue

@Suite("words of a command")
struct CommandWordTests {
    private func words(_ words: [String], _ args: String = #"["a b", "-n", 3]"#) throws -> [String]
    {
        let delivery = Delivery.sample("1") { task in
            task.arguments.args = (try? JSONText(args.utf8)) ?? .emptyArray
        }
        return try CommandLineBuilder.arguments(of: delivery.task(), for: .vector(words))
    }

    @Test(
        "have arguments in the place of {1} and {}, also within",
        arguments: [
            ("{1}", ["a b"]), ("out/{1}", ["out/a b"]), ("{1}.png", ["a b.png"]),
            ("--file={2}={3}", ["--file=-n=3"]), ("{}", ["a b"]), ("x{}y{}", ["xa bya b"]),
            ("{args}", ["a b", "-n", "3"]), ("{1}{2}", ["a b-n"]), ("{{1}", ["{a b"]),
            ("{1}}", ["a b}"]), (#"{"k":{}}"#, [#"{"k":a b}"#]),
        ]
    )
    func replaced(_ word: String, _ expected: [String]) throws {
        #expect(try words(["p", word]) == ["p"] + expected)
        #expect(CommandLineBuilder.problem(of: ["p", word]) == nil)
    }

    @Test(
        "are text otherwise, and with one pair of braces more",
        arguments: [
            ("{{1}}", "{1}"), ("{{}}", "{}"), ("{{args}}", "{args}"), ("a{{2}}b", "a{2}b"),
            ("{{{1}}}", "{{1}}"), ("${1}", "${1}"), ("${args}", "${args}"), ("${{1}}", "${1}"),
            ("{0}", "{0}"), ("{01}", "{01}"), ("{+1}", "{+1}"), ("{-1}", "{-1}"), ("{ 1}", "{ 1}"),
            ("{/}", "{/}"), ("{.}", "{.}"), ("{x}", "{x}"), ("{", "{"), ("{1", "{1"), ("}", "}"),
            ("{{.Names}}", "{{.Names}}"), ("{99999999999999999999}", "{99999999999999999999}"),
            ("{print $1}", "{print $1}"), (#"a\{2\}"#, #"a\{2\}"#), ("é{x}😀", "é{x}😀"),
        ]
    )
    func text(_ word: String, _ expected: String) throws {
        #expect(try words(["p", word]) == ["p", expected])
        #expect(CommandLineBuilder.problem(of: ["p", word]) == nil)
    }

    @Test("want arguments that the task has")
    func missing() {
        #expect(throws: CommandLineError.missingArgument(4, given: 3)) { try words(["p", "x{4}"]) }
        #expect(throws: CommandLineError.missingArgument(1, given: 0)) {
            try words(["p", "{}"], "[]")
        }
        #expect(throws: CommandLineError.missingArgument(Int.max / 10, given: 3)) {
            try words(["p", "{\(Int.max / 10)}"])
        }
    }

    @Test("what is data is not looked at again")
    func data() throws {
        let args = #"["{2}", "{args} ${1} {{1}}"]"#
        #expect(try words(["p", "{1}", "x{2}"], args) == ["p", "{2}", "x{args} ${1} {{1}}"])
    }

    @Test(
        "are refused where data would be what it must not be",
        arguments: [
            (["{1}"], false, "must not choose the program"),
            (["bin/{1}", "x"], false, "must not choose the program"),
            (["{}"], false, "must not choose the program"),
            (["{args}", "x"], false, "must not choose the program"),
            (["p", "out/{args}"], false, "has to be a word of its own"),
            (["p", "{args}{1}"], false, "has to be a word of its own"),
            (["sh", "-c", "echo {1}", "sh"], false, "must not become a shell's code"),
            (
                ["nice", "/bin/bash", "-e", "-c", "echo {}"], false,
                "must not become a shell's code"
            ),
            (["env", "A=b", "sh", "-ec", "echo {2}"], false, "must not become a shell's code"),
            (["p", "{1}"], true, "a stream command has no arguments"),
            (["p", "{}"], true, "a stream command has no arguments"),
            (["p", "x{1}"], true, "a stream command has no arguments"),
            (["p", "{args}"], true, "a stream command has no arguments"),
        ]
    )
    func refused(_ words: [String], _ isStream: Bool, _ reason: String) {
        let problem = CommandLineBuilder.problem(of: words, isStream: isStream)
        #expect(problem?.contains(reason) == true, "\(problem ?? "none")")
    }

    @Test("of a shell's code, and of a stream's program, stay as they are")
    func code() throws {
        let shell = ["sh", "-c", #"echo "${1}" "$2" {{1}}"#, "sh", "{1}", "{2}"]
        #expect(CommandLineBuilder.problem(of: shell) == nil)
        #expect(try words(shell)[2] == #"echo "${1}" "$2" {1}"#)
        let stream = ["python3", "-c", "d = {}; s = '{{1}}'"]
        #expect(CommandLineBuilder.problem(of: stream, isStream: true) == nil)
        let given = try CommandLineBuilder.arguments(of: nil, for: .vector(stream))
        #expect(given == ["python3", "-c", "d = {}; s = '{1}'"])
    }

    @Test("of other tools are named, and those that data could make an option")
    func remarks() {
        let strange = [
            "p", "{/}", "x{.}", "{//}", "{1/.}", "{0}", "{-1}", "{#}", "{a/b}", "{1}", "{x.}",
        ]
        #expect(
            CommandLineBuilder.strangers(in: strange).map { $0.prefix { $0 != " " } } == [
                "{/}", "{.}", "{//}", "{1/.}", "{0}", "{-1}", "{#}",
            ]
        )
        #expect(CommandLineBuilder.openToOptions(["p", "-x", "{1}"]) == "{1}")
        #expect(CommandLineBuilder.openToOptions(["p", "{}x"]) == "{}x")
        #expect(CommandLineBuilder.openToOptions(["p", "{args}"]) == "{args}")
        #expect(CommandLineBuilder.openToOptions(["p", "--", "{1}"]) == nil)
        #expect(CommandLineBuilder.openToOptions(["p", "x{1}", "{{1}}", "--k={1}"]) == nil)
        #expect(CommandLineBuilder.openToOptions(["sh", "-c", "echo $1", "sh", "{1}"]) == nil)
    }
}
