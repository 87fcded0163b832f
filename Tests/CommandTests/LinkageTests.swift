import TestSupport
import Testing

@Suite("what the programs link to")
struct LinkageTests {
    private static let programs = ["tq-send", "tq-work", "tq-beat", "tq-result", "tq-ctl"]

    /// The shared libraries that a program names as needed, without their versions.
    private func libraries(of file: String) async throws -> Set<String> {
        let output = try await run("readelf", "-d", file).succeeded().output
        return Set(output.matches(of: /\(NEEDED\).*\[([^.]+)\.so/).map { String($0.1) })
    }

    @Test(
        "is neither Foundation nor Dispatch, which cost each start milliseconds",
        arguments: programs
    )
    func debug(_ program: String) async throws {
        let libraries = try await libraries(of: "\(Program.builtDirectory)/\(program)")
        #expect(libraries.contains("libswiftCore"))
        #expect(libraries.filter { $0.contains("Foundation") || $0.contains("ispatch") } == [])
    }

    @Test(
        "is nothing but C's library, when built for use: each costs at every start",
        .requiresReleaseBuild,
        arguments: programs + ["tq"]
    )
    func release(_ program: String) async throws {
        let libraries = try await libraries(of: Program.releasePath(program))
        let system: Set = ["libc", "libm", "ld-linux-x86-64", "ld-linux-aarch64"]
        #expect(libraries.subtracting(system) == [])
    }
}
