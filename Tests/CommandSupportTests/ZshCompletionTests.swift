import CommandLineOptions
import CommandSupport
import TestSupport
import Testing

@Suite("completion in zsh", .requires(Program.isInstalled("zsh"), "zsh"))
struct ZshCompletionTests {
    @Test(
        "completes a line when the tab key is pressed",
        arguments: [
            ("tq-send --queu", "tq-send --queue="),
            ("tq-send --color=al", "tq-send --color=always "),
            ("tq-send --color al", "tq-send --color always "),
            ("tq-send -qw --verb", "tq-send -qw --verbose "),
            ("tq-send --config ab", "tq-send --config abc "),
            ("tq-send add ab", "tq-send add abc "),
            ("tq-send --queue ab", "tq-send --queue ab"),
            ("tq-work --tasks fo", "tq-work --tasks folder\\ a/"),
            ("tq-work -l deb", "tq-work -l debug "),
            ("tq-work ab", "tq-work ab"),
            ("tq-work --task x -- cat ab", "tq-work --task x -- cat abc "),
            ("tq-ctl wor", "tq-ctl workers "),
            ("tq-ctl -b x dead re", "tq-ctl -b x dead retry "),
            ("tq-ctl purge --ye", "tq-ctl purge --yes "),
        ]
    )
    func completes(typed: String, line: String) async throws {
        let autoloaded = "fpath=($PWD $fpath); autoload -U compinit; compinit -u -D"
        #expect(try await completed(typed, after: autoloaded) == [line])
    }

    @Test("works where the script is sourced")
    func sourced() async throws {
        let sourced = "autoload -U compinit; compinit -u -D; source ./_tq-send"
        #expect(try await completed("tq-send --verb", after: sourced) == ["tq-send --verbose "])
    }

    /// What the line `typed` becomes in an interactive zsh: a first key completes it, and a second
    /// saves it.
    private func completed(_ typed: String, after setUp: String) async throws -> [String] {
        let commands = """
            zmodload zsh/zpty
            zpty inner zsh -f -i
            zpty -w inner '\(setUp); unsetopt beep'
            zpty -w inner 'save() { print -r -- "$BUFFER" >line.new; mv line.new line }'
            zpty -w inner 'zle -N save; bindkey "^X" save'
            zpty -w -n inner '\(typed)'$'\\t\\x18'
            for attempt in {1..400}; do [[ -e line ]] && break; sleep 0.05; done
            cat line
            zpty -d inner
            """
        return try await CompletionFolder.lines(of: commands, in: .zsh)
    }
}
