import CommandLineOptions
import Testing

@Suite("a command line that cannot be taken")
struct UsageErrorTests {
    @Test(
        "is told what is wrong and what to do",
        arguments: [
            (["--quue", "x"], "unknown option --quue: did you mean --queue?"),
            (["--que=x"], "unknown option --que: did you mean --queue?"),
            (["--bogus"], "unknown option --bogus: --help lists the options"),
            (["--secre"], "unknown option --secre: --help lists the options"),
            (["--brokr=redis://:pw@h"], "unknown option --brokr: did you mean --broker?"),
            (["-wait"], "unknown option -a: did you mean --wait?"),
            (["-x"], "unknown option -x: --help lists the options"),
            (["-é"], "unknown option -é: --help lists the options"),
            (
                ["add", "-5.5"],
                "unknown option -5.5: write a negative number as :-5.5, or after --"
            ),
            (["-w5"], "unknown option -5: --help lists the options"),
            (["add", "--queue"], "--queue needs a value: write --queue NAME"),
            (["add", "-wQ"], "-Q needs a value: write -Q NAME"),
            (
                ["--wait=secret", "add"],
                "--wait takes no value: leave out the = and what follows it"
            ),
            (
                ["--color", "red", "add"],
                "bad value 'red' for --color: choose one of auto, always, never"
            ),
            (["--burst=now", "add"], "bad value 'now' for --burst: choose one of wait"),
            (["-w"], "no TASK given: sample --help shows how"),
        ]
    )
    func sentences(words: [String], sentence: String) {
        #expect(SampleInterface.mixed.usageError(words)?.description == sentence)
    }

    @Test(
        "does not show what may be a password",
        arguments: [
            (
                ["redis://:pw@h"],
                "unexpected operand redis:…: a command stands after --, a value after its option"
            ),
            (
                ["mail"],
                "unexpected operand mail: a command stands after --, a value after its option"
            ),
            (["--"], "no command after --: name one, or leave out the --"),
        ]
    )
    func commands(words: [String], sentence: String) {
        #expect(SampleInterface.command.usageError(words)?.description == sentence)
    }

    @Test(
        "names the bounds of a number",
        arguments: ["10", "-1", "", "1.0", "99999999999999999999", "x"]
    )
    func numbers(value: String) throws {
        let parsed = try SampleInterface.mixed.arguments("--queue=\(value)", "add")
        let bounded = UsageError.badValue(
            option: "--queue",
            value: value,
            reason: "give a whole number from 0 to 9"
        )
        #expect(throws: bounded) { try parsed.integer("queue", in: 0...9) }
    }

    @Test("names only the lower bound where that is the only one")
    func openRange() throws {
        let parsed = try SampleInterface.mixed.arguments("--queue=0", "add")
        let unbounded = UsageError.badValue(
            option: "--queue",
            value: "0",
            reason: "give a whole number of at least 1"
        )
        #expect(throws: unbounded) { try parsed.integer("queue", in: 1...Int.max) }
    }

    @Test("takes its reason from the parser of the value")
    func reason() throws {
        let parsed = try SampleInterface.mixed.arguments("--queue=x", "add")
        let wrapped = UsageError.badValue(
            option: "--queue",
            value: "x",
            reason: UsageError.missingCommand.description
        )
        #expect(throws: wrapped) {
            try parsed.value("queue") { _ throws(UsageError) in throw .missingCommand }
        }
    }

    @Test("says which options do not go together")
    func combinations() {
        #expect(
            UsageError.conflict("--args", "ARG").description
                == "--args and ARG exclude each other: leave one out"
        )
        #expect(
            UsageError.needs(option: "--timeout", other: "--wait").description
                == "--timeout does nothing without --wait: add it, or leave out --timeout"
        )
    }
}
