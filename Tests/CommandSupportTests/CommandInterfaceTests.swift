import CommandLineOptions
import Testing
import tq_beat
import tq_ctl
import tq_result
import tq_send
import tq_work

extension CommandInterface: CustomTestStringConvertible {
    /// The program's name, as the whole table would fill the log of the tests.
    package var testDescription: String { name }
}

@Suite("a program's table of options")
struct CommandInterfaceTests {
    static let all = [
        tq_send.Interface.commandLine,
        tq_work.Interface.commandLine,
        tq_beat.Interface.commandLine,
        tq_result.Interface.commandLine,
        tq_ctl.Interface.commandLine,
    ]

    @Test("has each name once", arguments: all)
    func names(interface: CommandInterface) {
        let options = interface.groups.flatMap(\.options)
        #expect(Set(options.map(\.long)).count == options.count)
        let letters = options.compactMap(\.short)
        #expect(Set(letters).count == letters.count)
    }

    @Test("makes a help page of up to 80 columns that names every option", arguments: all)
    func helpPage(interface: CommandInterface) {
        let lines = interface.helpPage.split(separator: "\n")
        for line in lines {
            #expect(line.count <= 80, "\(line)")
        }
        #expect(lines.contains { line in line.hasPrefix("  $ \(interface.name)") })
        for option in interface.visibleOptions {
            let name = "--\(option.long)"
            #expect(lines.contains { line in line.split(separator: " ").contains { $0 == name } })
        }
    }

    @Test("can be dumped as JSON, without what is hidden")
    func dump() {
        let rows = SampleInterface.mixed.jsonDump.split(separator: "\n")
        #expect(
            rows.prefix(7) == [
                #"{"#,
                #"  "name": "sample","#,
                #"  "abstract": "show every kind of option","#,
                #"  "options": ["#,
                #"    {"long": "wait", "short": "w", "value": null, "help": "a \"flag\"", "repeats": false},"#,
                #"    {"long": "queue", "short": "Q", "value": "NAME", "help": "a value", "repeats": false},"#,
                #"    {"long": "task", "short": null, "value": "NAME", "help": "many", "repeats": true},"#,
            ]
        )
        #expect(rows.contains { row in row.contains(#""value": "[=WORD]""#) })
        #expect(!rows.contains { row in row.contains("secret") || row.contains("dump-help") })
    }

    @Test("prints the page for --help, the version, the dump and the scripts")
    func answers() throws {
        let interface = SampleInterface.mixed
        let wanted = [
            ("--help", interface.helpPage),
            ("--version", "sample \(Release.version)\n"),
            ("--experimental-dump-help", interface.jsonDump),
            ("--generate-completion-script=zsh", interface.completionScript(for: .zsh)),
        ]
        for (option, text) in wanted {
            guard case .print(text) = try interface.parse([option]) else {
                Issue.record("\(option) printed something else")
                continue
            }
        }
    }

    @Test("shows in the help page how each kind of option is written")
    func kinds() {
        let page = SampleInterface.mixed.helpPage
        #expect(page.contains("\n  -w, --wait                      a \"flag\"\n"))
        #expect(page.contains("\n  -Q, --queue NAME                a value\n"))
        #expect(page.contains("\n      --burst[=WORD]              a value after = only\n"))
        #expect(!page.contains("secret"))
    }
}
