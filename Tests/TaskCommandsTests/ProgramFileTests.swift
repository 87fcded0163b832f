import TestSupport
import Testing

@testable import TaskCommands
@testable import TaskQueue

@Suite("a program is looked at before it is run")
struct ProgramFileTests {
    @Test(
        "and what speaks against it is said",
        arguments: [
            ("#!/bin/sh\n", nil), ("#! /bin/sh -e\n", nil), ("#!/usr/bin/env sh\n", nil),
            ("#!/usr/bin/env -S sh -e\n", nil), ("#!/usr/bin/env -i sh\n", nil),
            ("#!/bin/sh", nil), ("\u{7F}ELF\u{2}", nil),
            (
                "#!/no/such/sh\n",
                "run by /no/such/sh, which its first line names, and that is not there"
            ),
            ("#!/tmp\n", "run by /tmp, which its first line names, and that is not there"),
            (
                "#!/usr/bin/env no-such-x\n",
                "run by no-such-x, which its first line names, and that is"
            ),
            ("#!/usr/bin/env -S no-such-x -e\n", "run by no-such-x"),
            ("#!/usr/bin/env no-such-x", "not in $PATH"),
            ("#!/bin/sh\r\necho\r\n", "ends in a carriage return (\\r)"),
            ("#!/usr/bin/env sh\r\n", "ends in a carriage return (\\r)"),
            ("#!/bin/sh -e\r\n", "ends in a carriage return (\\r)"),
            ("#!\n", "names no interpreter"), ("", "not a program and does not begin with #!"),
            ("echo no\n", "not a program and does not begin with #!"),
        ]
    )
    func contents(_ contents: String, _ expected: String?) async throws {
        try await TemporaryDirectory.with { folder in
            let path = try folder.write(contents, to: "f", mode: 0o755)
            let problem = Self.file(path).problem
            if let expected {
                #expect(problem?.contains(expected) == true, "\(problem ?? "none")")
                #expect(problem?.contains(path) == true)
            } else {
                #expect(problem == nil)
            }
        }
    }

    @Test("and so if it is none")
    func noProgram() async throws {
        try await TemporaryDirectory.with { folder in
            let plain = try folder.write("#!/bin/sh\n", to: "plain")
            #expect(Self.file(plain).problem == "\(plain) is not executable: chmod +x it")
            #expect(Self.file(folder.path).problem == "\(folder.path) is not a file")
            let missing = folder.path("missing")
            #expect(
                Self.file(missing).problem == "\(missing) cannot be run: No such file or directory"
            )
        }
    }

    private static func file(_ path: String) -> ProgramFile {
        ProgramFile(path: path, workingDirectory: nil, searchPath: ["/usr/bin", "/bin"])
    }
}
