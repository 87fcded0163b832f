import CommandLineOptions
import Testing

@Suite("the commands of a program")
struct VerbTests {
    private let sample = SampleInterface.verbs

    @Test("are read from the first operands, wherever options stand")
    func reads() throws {
        #expect(try sample.arguments("look").verb == "look")
        let parsed = try sample.arguments("-q", "dead", "--wait", "drop", "a", "--", "-b")
        #expect(parsed.verb == "dead drop")
        #expect(parsed.operands == ["a", "-b"])
        #expect(parsed.operandsBeforeTerminator == ["a"])
        #expect(try sample.arguments("dead", "list").operands.isEmpty)
        #expect(try SampleInterface.mixed.arguments("look").verb == nil)
    }

    @Test(
        "are held to what they take",
        arguments: [
            ([], "no command given: sample --help shows how"),
            (["lok"], "unknown command lok: did you mean look?"),
            (["xyzzy"], "unknown command xyzzy: --help lists the commands"),
            (["dead"], "unknown command dead: did you mean dead list?"),
            (["dead", "dorp"], "unknown command dead dorp: did you mean dead drop?"),
            (["look", "x"], "sample look takes no operands: leave them out"),
            (
                ["dead", "list", "a", "b"],
                "too many operands: write sample dead list [QUEUE]"
            ),
            (["dead", "drop"], "no ID... given: sample dead drop --help shows how"),
            (["look", "--wait"], "sample look does not take --wait: leave it out"),
        ] as [(words: [String], message: String)]
    )
    func refuses(words: [String], message: String) {
        let error = #expect(throws: UsageError.self) { try sample.parse(words) }
        #expect(error?.description == message)
    }

    @Test("have a page of help each, with the options that they take")
    func help() throws {
        guard case .print(let page) = try sample.parse(["dead", "drop", "--help"]) else {
            Issue.record("did not ask for a text")
            return
        }
        #expect(
            page.hasPrefix("sample dead drop: one\n\nUsage:\n  sample dead drop [options] ID...\n")
        )
        #expect(page.contains("\n  -w, --wait "))
        #expect(!page.contains("--queue"))
        #expect(page.contains("\n  -b, --broker URL"))
        #expect(sample.helpPage.contains("\n  dead list [QUEUE]               dead ones\n"))
    }
}
