import TestSupport

/// Lines of a man page or of the README that show what to type, after `$`, and what comes of it.
struct Example {
    let lines: [String]

    /// What is typed; a command goes on with the lines that are indented.
    var commands: [String] {
        var commands: [String] = []
        for line in lines {
            if line.hasPrefix("$ ") {
                commands.append(String(line.dropFirst(2)))
            } else if line.hasPrefix("    "), let command = commands.popLast() {
                commands.append("\(command)\n\(line)")
            }
        }
        return commands
    }

    /// What the commands print.
    var output: [String] {
        lines.filter { line in !line.hasPrefix("$ ") && !line.hasPrefix("    ") }
    }
}

// MARK: - Running it

extension Example {
    /// Runs the commands one after the other, in an empty folder.
    ///
    /// - Returns: what they print, with `UUID` for every UUID.
    /// - Throws: ``ProcessError`` if a command fails.
    func run() async throws -> [String] {
        let script = (["set -e"] + commands).joined(separator: "\n")
        return try await TestSupport.run("sh", "-c", script).succeeded().lines.map(
            Self.withoutUUIDs
        )
    }

    static func withoutUUIDs(_ line: String) -> String {
        line.replacing(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, with: "UUID")
    }

    /// What `programs` would be called with, the program first: a shell runs the commands where it
    /// finds scripts in their place, which write down their arguments, and no other program.
    func calls(of programs: [String]) async throws -> [[String]] {
        try await TemporaryDirectory.with { folder in
            for program in programs {
                try folder.write(Self.recorder, to: "bin/\(program)", mode: 0o755)
            }
            for file in filesRead { try folder.write("", to: file) }
            _ = try await TestSupport.run(
                "sh",
                "-c",
                commands.joined(separator: "\n"),
                environment: ["PATH": folder.path("bin"), "CALL": folder.path("call")],
                directory: folder.path
            )
            return try folder.names().filter { $0.hasPrefix("call.") }.map { name in
                try folder.text(name).split(separator: "\n", omittingEmptySubsequences: false)
                    .dropLast().map(String.init)
            }
        }
    }

    private static let recorder = """
        #!/bin/sh
        printf '%s\\n' "${0##*/}" "$@" >"$CALL.$$"
        """

    /// The files that stand after a `<`.
    private var filesRead: [String] {
        commands.flatMap { command in
            command.split { " \n)".contains($0) }.filter { $0.hasPrefix("<") }
        }.map { String($0.dropFirst()) }
    }
}
