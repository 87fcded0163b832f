import Glibc
import TestSupport
import Testing

@testable import TaskCommands
@testable import TaskQueue

@Suite("A user")
struct CommandUserTests {
    @Test("is looked up with its groups and folders")
    func lookup() throws {
        let root = try #require(CommandUser(named: "root"))
        #expect(root.uid == 0)
        #expect(root.groups.contains(root.gid))
        #expect(root.environment["HOME"] == root.home)
        #expect(root.environment["LOGNAME"] == "root")
    }

    @Test("that does not exist is none")
    func unknown() {
        #expect(CommandUser(named: "tq-no-such-user") == nil)
        #expect(CommandUser(named: "") == nil)
    }

    @Test(
        "is whom a command runs as, and can open its pipes again",
        .enabled(if: geteuid() == 0, "only root may change the user")
    )
    func command() async throws {
        let user = try #require(CommandUser(named: "nobody"))
        let child = try await FinishedChild.run(
            shell: """
                id -u; id -g; id -G; grep CapEff /proc/self/status
                echo out >/dev/stdout; echo err >/dev/stderr; echo 50 >/dev/fd/3
                """,
            options: ProcessOptions(niceness: -1, user: user)
        )
        let groups = user.groups.map(String.init).joined(separator: " ")
        let rights = "CapEff:\t0000000000000000"
        #expect(child.output == "\(user.uid)\n\(user.gid)\n\(groups)\n\(rights)\nout")
        #expect(child.errors == "err")
        #expect(child.progress == "50")
    }

    @Test(
        "enters the working directory by its own rights",
        .enabled(if: geteuid() == 0, "only root may change the user")
    )
    func directory() async throws {
        try await TemporaryDirectory.with { folder in
            let user = try #require(CommandUser(named: "nobody"))
            let options = ProcessOptions(workingDirectory: folder.path, user: user)
            await #expect(
                throws: SpawnError(
                    program: "true",
                    step: .workingDirectory(folder.path),
                    code: EACCES
                )
            ) { try await FinishedChild.run(["true"], options: options) }
        }
    }
}
