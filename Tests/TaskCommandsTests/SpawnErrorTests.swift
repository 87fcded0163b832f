import Glibc
import TestSupport
import Testing

@testable import TaskCommands
@testable import TaskQueue

@Suite("A command that cannot be started")
struct SpawnErrorTests {
    @Test("says what could not be done")
    func reasons() async throws {
        try await TemporaryDirectory.with { folder in
            let plain = try folder.write("echo\n", to: "plain", mode: 0o644)
            let text = try folder.write("echo\n", to: "text", mode: 0o755)
            let script = try folder.write("#!/no/such/sh\n", to: "script", mode: 0o755)
            let long = String(repeating: "x", count: 200_000)
            let cases: [([String], String?, String)] = [
                (["./no-such"], nil, "cannot start ./no-such: No such file or directory"),
                (["tq-no-such"], nil, "cannot start tq-no-such: No such file or directory"),
                ([""], nil, "cannot start : No such file or directory"),
                ([plain], nil, "cannot start \(plain): Permission denied"),
                (
                    [text], nil,
                    "cannot start \(text): it is not a program and does not begin with #!"
                ),
                (
                    ["./script"], folder.path,
                    "cannot start ./script: the interpreter in its first line is not there"
                ),
                ([script, long], nil, "cannot start \(script): Argument list too long"),
                (
                    ["true"], "/no/such",
                    "cannot start true: cannot enter the working directory /no/such: "
                        + "No such file or directory"
                ),
            ]
            for (arguments, directory, expected) in cases {
                #expect(try await Self.failure(arguments, directory).hasPrefix(expected))
            }
        }
    }

    @Test("leaves no process and no descriptor behind")
    func remains() async throws {
        try await onThread {
            for _ in 0..<50 {
                let before = dup(0)
                close(before)
                #expect(throws: SpawnError.self) { try ChildProcess(["/no/such"], environment: []) }
                // The process of this test starts others meanwhile, hence many tries.
                let after = dup(0)
                close(after)
                if before == after { return }
            }
            Issue.record("descriptors are left open")
        }
    }

    @Test("for want of processes or descriptors is the machine's fault")
    func shortage() {
        for code in [EAGAIN, EMFILE, ENFILE, ENOMEM] {
            #expect(SpawnError(program: "x", step: .process, code: code).isShortage)
        }
        #expect(!SpawnError(program: "x", step: .program, code: ENOENT).isShortage)
    }

    private static func failure(_ arguments: [String], _ directory: String?) async throws -> String
    {
        do {
            let options = ProcessOptions(workingDirectory: directory)
            let child = try await FinishedChild.run(arguments, options: options)
            return "started: \(child.status)"
        } catch let error as SpawnError {
            return "\(error)"
        }
    }
}
