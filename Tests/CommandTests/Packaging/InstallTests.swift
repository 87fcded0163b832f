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
