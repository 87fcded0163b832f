import CommandLineOptions
import CommandSupport
import TestSupport
import Testing
import tq_send

@Suite("completion in fish", .requires(Program.isInstalled("fish"), "fish"))
struct FishCompletionTests {
    @Test(
        "offers what fits",
        arguments: [
            ("tq-send --qu", ["--queue", "--quiet"]),
            ("tq-send --color ", ["always", "auto", "never"]),
            ("tq-send --color=al", ["--color=always"]),
            ("tq-send --config ab", ["abc"]),
            ("tq-send --broker ", []),
            ("tq-send add ab", ["abc"]),
            ("tq-work --tasks ", ["folder a/"]),
            ("tq-work ", []),
            ("tq-work --task x -- cat ab", ["abc"]),
            ("tq-ctl re", ["resume", "revoke"]),
            ("tq-ctl -b x dead ", ["list", "show", "retry", "drop"]),
            ("tq-ctl purge ", []),
        ] as [(line: String, offered: [String])]
    )
    func offers(line: String, offered: [String]) async throws {
        #expect(try await Set(offers(for: line).map(\.word)) == Set(offered))
    }

    @Test("offers every option with its description")
    func descriptions() async throws {
        let descriptions = try await offers(for: "tq-send --").map(\.description)
        let help = tq_send.Interface.commandLine.visibleOptions.map(\.help)
        #expect(descriptions.sorted() == help.sorted())
    }

    private func offers(for line: String) async throws -> [(word: String, description: String)] {
        let program = line.prefix { $0 != " " }
        let commands = "source ./\(program).fish; complete -C '\(line)'"
        return try await CompletionFolder.lines(of: commands, in: .fish).map { line in
            let parts = line.split(separator: "\t", maxSplits: 1).map(String.init)
            return (parts[0], parts.count == 2 ? parts[1] : "")
        }
    }
}
