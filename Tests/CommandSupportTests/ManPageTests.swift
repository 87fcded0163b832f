import CommandLineOptions
import CommandSupport
import TaskBeat
import TaskSettings
import TestSupport
import Testing

@Suite("man pages")
struct ManPageTests {
    @Test("are all that is in the folder")
    func folder() throws {
        #expect(try SourceTree.names(in: "man") == ManPage.names.sorted())
    }

    @Test(
        "have nothing that mandoc warns of",
        .requires(Program.isInstalled("mandoc"), "mandoc"),
        arguments: ManPage.names
    )
    func lint(name: String) async throws {
        let outcome = try await run("mandoc", "-T", "lint", "-W", "warning", path(name))
        #expect(outcome.output + outcome.errors == "")
        #expect(outcome.status == .exited(0))
    }

    @Test("describe the options of their program", arguments: CommandInterfaceTests.all)
    func options(interface: CommandInterface) throws {
        let own = interface.groups.dropLast().reduce(into: Set()) { options, group in
            options.formUnion(group.documentedOptions)
        }
        #expect(try ManPage("\(interface.name).1").options == own)
    }

    @Test("describe what a program does by its commands", arguments: CommandInterfaceTests.all)
    func verbs(interface: CommandInterface) throws {
        let verbs = try ManPage("\(interface.name).1").verbs
        #expect(verbs == Set(interface.verbs.map(\.synopsis)))
    }

    @Test(
        "describe the options of all programs once, in tq(7)",
        arguments: CommandInterfaceTests.all
    )
    func commonOptions(interface: CommandInterface) throws {
        #expect(try ManPage("tq.7").options == interface.groups.last?.documentedOptions)
    }

    @Test("describe every setting, in tq.toml(5)")
    func settings() throws {
        let sources = [
            "Settings+Keys", "Tasks/TaskRoute+Keys", "Tasks/TaskSettings+Keys",
            "Beat/BeatTable+Keys",
        ]
        let keys = try sources.flatMap { source in
            try SourceTree.text("Sources/TaskSettings/\(source).swift")
                .matches(of: /SettingsKey\("(\w+)"\)/).map(\.1)
        }
        #expect(try ManPage("tq.toml.5").settings == Set(keys))
    }

    @Test("show a settings file that is accepted")
    func settingsFile() async throws {
        let file = try #require(ManPage("tq.toml.5").displays.first { $0.lines.count > 20 })
        try await TemporaryDirectory.with { folder in
            let path = try folder.write(file.lines.joined(separator: "\n"), to: "tq.toml")
            let outcome = try await run(
                "tq-send",
                "--dry-run",
                "-b",
                "sqlite:db",
                "--config",
                path,
                "a"
            )
            #expect(outcome.errors == "")
            #expect(outcome.status == .exited(0))
        }
    }

    @Test(
        "describe the views of the database, in tq(7)",
        .requires(Program.isInstalled("sqlite3"), "sqlite3"),
        arguments: ["queue", "delayed", "dead", "result"]
    )
    func views(view: String) async throws {
        try await TemporaryDirectory.with { folder in
            let database = folder.path("db")
            _ = try await run("tq-send", "-b", "sqlite:\(database)", "a").succeeded()
            let query = "SELECT name FROM pragma_table_info('\(view)')"
            let columns = try await run("sqlite3", database, query).succeeded().lines
            #expect(try ManPage("tq.7").literals(below: view) == columns)
        }
    }

    @Test("have examples that the programs understand", arguments: ManPage.names)
    func examples(name: String) async throws {
        for example in try ManPage(name).displays {
            try await ExampleCheck.check(example)
        }
    }

    @Test("have a first example that prints what it says, in tq(7)")
    func firstExample() async throws {
        let example = try #require(ManPage("tq.7").displays.first { $0.output == ["5"] })
        #expect(try await example.run() == ["5"])
    }

    private func path(_ name: String) -> String { SourceTree.path("man/\(name)") }
}
