import CommandLineOptions
import CommandSupport
import TestSupport
import Testing

@Suite("completion scripts")
struct CompletionScriptTests {
    @Test("are committed as the programs print them", arguments: CommandInterfaceTests.all)
    func committed(interface: CommandInterface) throws {
        for shell in Shell.allCases {
            let name = CompletionFolder.fileName(interface, shell)
            let stored = try readFile(SourceTree.path("completions/\(name)"))
            let isCurrent = stored.elementsEqual(interface.completionScript(for: shell).utf8)
            #expect(isCurrent, "completions/\(name) is not what the program prints")
        }
    }

    @Test(
        "have no syntax errors",
        .requires(
            Shell.allCases.allSatisfy { Program.isInstalled($0.rawValue) },
            "bash, zsh, fish"
        ),
        arguments: CommandInterfaceTests.all + [
            SampleInterface.mixed, SampleInterface.command, SampleInterface.verbs,
        ]
    )
    func syntax(interface: CommandInterface) async throws {
        for shell in Shell.allCases {
            let script = interface.completionScript(for: shell)
            try await TemporaryDirectory.with { folder in
                let path = try folder.write(script, to: "script")
                let outcome = try await run(shell.rawValue, "-n", path).succeeded()
                #expect(outcome.output + outcome.errors == "")
            }
        }
    }
}
