import TestSupport
import Testing

@Suite(
    "make install",
    .requires(Program.isInstalled("make"), "make"),
    .requiresReleaseBuild
)
struct InstallTests {
    @Test("installs the programs, their manual, and the files for those who run them")
    func install() async throws {
        try await TemporaryDirectory.with { folder in
            let variables = "DESTDIR=\(folder.path) PREFIX=/opt/tq SETUP=true"
            try await run("sh", "-c", "make -s -C '\(SourceTree.root)' install \(variables)")
                .succeeded()
            let files = try await run("find", ".", "!", "-type", "d", directory: folder.path).lines
            let expected = [
                "bin/tq-work", "bin/tq-beat", "share/man/man1/tq-beat.1",
                "share/man/man1/tq-work.1", "share/man/man7/tq.7",
                "share/bash-completion/completions/tq-work",
                "lib/systemd/system/tq-work@.service", "lib/systemd/system/tq-beat.service",
                "share/doc/tq/examples/crontab", "share/doc/tq/examples/supervisor/tq-work.conf",
                "share/doc/tq/examples/supervisor/tq-beat.conf",
            ]
            for program in ["tq-send", "tq-work", "tq-beat", "tq-result", "tq-ctl"] {
                let path = "\(folder.path)/opt/tq/bin/\(program)"
                let version = try await run(path, "--version").succeeded()
                #expect(version.output.hasPrefix("\(program) "), "\(program)")
            }
            let size = try await run("du", "-sb", "\(folder.path)/opt/tq/bin").succeeded().output
            #expect(size.split(separator: "\t").first.flatMap { Int($0) } ?? .max < 25_000_000)
            let renamed = "\(folder.path)/renamed"
            try await run("cp", "\(folder.path)/opt/tq/bin/tq-send", renamed).succeeded()
            let refusal = try await run(renamed, "task")
            #expect(refusal.status == .exited(64))
            #expect(refusal.errors.hasPrefix("renamed: "))
            #expect(refusal.errors.contains(" tq-send"))
            for file in expected {
                #expect(files.contains("./opt/tq/\(file)"), "\(file)")
            }
            // They start what was installed.
            for file in expected.suffix(5) {
                let text = try folder.text("opt/tq/\(file)")
                #expect(text.contains("/opt/tq/bin"), "\(file)")
                #expect(!text.contains("/usr/local/bin"), "\(file)")
            }
        }
    }
}
