import CommandLineOptions
import TestSupport
import tq_ctl
import tq_send
import tq_work

/// A folder with the completion scripts of `tq-send`, `tq-work` and `tq-ctl`, and with files to complete:
/// `abc`, `a b.txt` and the folder `folder a`.
enum CompletionFolder {
    /// Runs `commands` with `shell` in such a folder.
    ///
    /// - Returns: the lines on standard output.
    /// - Throws: when the shell fails, or says anything on standard error.
    static func lines(of commands: String, in shell: Shell) async throws -> [String] {
        try await TemporaryDirectory.with { folder in
            for interface in [
                tq_send.Interface.commandLine, tq_work.Interface.commandLine,
                tq_ctl.Interface.commandLine,
            ] {
                let script = interface.completionScript(for: shell)
                try folder.write(script, to: fileName(interface, shell))
            }
            try folder.write("", to: "abc")
            try folder.write("", to: "a b.txt")
            try folder.write("", to: "folder a/file")
            let option = shell == .fish ? "--no-config" : shell == .zsh ? "-f" : "--norc"
            let outcome = try await run(
                shell.rawValue,
                option,
                "-c",
                commands,
                directory: folder.path
            )
            let succeeded = try outcome.succeeded()
            guard succeeded.errors.isEmpty else { throw ProcessError.failed(outcome) }
            return succeeded.lines
        }
    }

    /// The name that `shell` expects of the script.
    static func fileName(_ interface: CommandInterface, _ shell: Shell) -> String {
        switch shell {
        case .bash: "\(interface.name).bash"
        case .zsh: "_\(interface.name)"
        case .fish: "\(interface.name).fish"
        }
    }
}
