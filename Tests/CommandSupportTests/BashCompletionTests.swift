import CommandLineOptions
import CommandSupport
import TestSupport
import Testing

@Suite("completion in bash", .requires(Program.isInstalled("bash"), "bash"))
struct BashCompletionTests {
    @Test(
        "offers what fits",
        arguments: [
            (["tq-send", "--qu"], ["--queue", "--quiet"]),
            (["tq-send", "-Q"], ["-Q"]),
            (["tq-send", "--color", "=", "al"], ["always"]),
            (["tq-send", "--color", "="], ["auto", "always", "never"]),
            (["tq-send", "--color", ""], ["auto", "always", "never"]),
            (["tq-send", "--config", "a"], ["a b.txt", "abc"]),
            (["tq-send", "--broker", ""], []),
            (["tq-send", "add", "ab"], ["abc"]),
            (["tq-send", "--", "ab"], ["abc"]),
            (["tq-work", "--tasks", ""], ["folder a"]),
            (["tq-work", ""], []),
            (["tq-work", "--", "mapfil"], ["mapfile"]),
            (["tq-work", "--", "cat", "ab"], ["abc"]),
            (["tq-ctl", "re"], ["resume", "revoke"]),
            (["tq-ctl", "-q", "--broker", "=", "x", "-Q", "y", "de"], ["dead"]),
            (["tq-ctl", "dead", ""], ["list", "show", "retry", "drop"]),
            (["tq-ctl", "purge", ""], []),
            (["tq-ctl", "purge", "--ye"], ["--yes"]),
        ] as [(words: [String], offered: [String])]
    )
    func offers(words: [String], offered: [String]) async throws {
        let quoted = words.map { word in "'\(word)'" }.joined(separator: " ")
        let commands = """
            source ./\(words[0]).bash
            COMP_WORDS=(\(quoted)) COMP_CWORD=\(words.count - 1)
            _\(words[0].replacing("-", with: "_"))
            ((${#COMPREPLY[@]} == 0)) || printf '%s\\n' "${COMPREPLY[@]}"
            """
        let lines = try await CompletionFolder.lines(of: commands, in: .bash)
        #expect(Set(lines) == Set(offered))
    }
}
