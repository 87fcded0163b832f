import CommandLineOptions
import CommandSupport
import TestSupport
import Testing

@Suite("docs/cli.md")
struct ContractPageTests {
    private let text: String

    init() throws {
        text = try SourceTree.text("docs/cli.md")
    }

    /// What stands under a heading that begins so, up to the next of its level.
    private func section(_ title: String) throws -> Substring {
        let start = try #require(text.firstRange(of: "\n## \(title)")).upperBound
        let rest = text[start...]
        return rest[..<(rest.firstRange(of: "\n## ")?.lowerBound ?? rest.endIndex)]
    }

    private static func options(in text: Substring) -> Set<String> {
        Set(text.matches(of: /--([a-z][a-z-]*)/).map { String($0.1) })
    }

    @Test(
        "names each option where its program is, and none besides",
        arguments: CommandInterfaceTests.all
    )
    func options(interface: CommandInterface) throws {
        let named = Self.options(in: try section("\(interface.name):"))
        let own = Set(interface.groups.dropLast().flatMap(\.options).map(\.long))
        #expect(own.subtracting(named) == [])
        let common = Set((interface.groups.last?.options ?? []).map(\.long))
        #expect(named.subtracting(own).subtracting(common) == [])
    }

    @Test("names what programs do by commands", arguments: CommandInterfaceTests.all)
    func verbs(interface: CommandInterface) throws {
        let section = try section("\(interface.name):")
        for verb in interface.verbs { #expect(section.contains("`\(verb.name)`")) }
    }

    @Test("names the options that all programs have")
    func common() throws {
        let interface = try #require(CommandInterfaceTests.all.first)
        let common = Set((interface.groups.last?.options ?? []).filter { !$0.isHidden }.map(\.long))
        let named = Self.options(in: try section("Common"))
        // The last stands for what waits.
        #expect(named == common.union(["timeout"]))
    }

    @Test("has planned options only where they are not there yet")
    func planned() throws {
        let planned = Self.options(in: try section("Not yet"))
        let all = Set(CommandInterfaceTests.all.flatMap(\.groups).flatMap(\.options).map(\.long))
        #expect(!planned.isEmpty)
        #expect(planned.intersection(all) == [])
    }

    @Test("has each exit status once")
    func statuses() throws {
        let rows = try section("Exit statuses").matches(of: /\n\| ([0-9]+) \|/)
        #expect(rows.map { Int32($0.1) } == ExitCode.allCases.map(\.rawValue))
    }
}
