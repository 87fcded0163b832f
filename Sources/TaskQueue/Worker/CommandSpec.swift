internal import Glibc

/// How the tasks of one name are run as a command.
package struct CommandSpec: Equatable, Sendable {
    package enum Form: Equatable, Sendable {
        /// Run by `sh -c`; the positional arguments are `"$1"`, `"$2"` …
        case shellLine(String)
        /// A file of the tasks directory; the positional arguments are its arguments.
        case executable(path: String)
        /// A program and its arguments; an element `{1}`, `{2}` … is replaced by that positional
        /// argument, an element `{args}` by all of them.
        case vector([String])
    }

    package let form: Form
    package let traits: CommandTraits
    /// Why the executable is not run; `nil`: nothing speaks against it.
    private let distrust: Distrust?

    package init(
        _ form: Form,
        _ traits: CommandTraits = CommandTraits(),
        distrust: Distrust? = nil
    ) {
        self.form = form
        self.traits = traits
        self.distrust = distrust
    }
}

extension CommandSpec: CustomStringConvertible {
    /// For the plan that `tq-work --check` prints.
    package var description: String {
        switch form {
        case .shellLine(let line): "sh -c '\(line)'"
        case .executable(let path): path
        case .vector(let words): words.joined(separator: " ")
        }
    }
}

extension CommandSpec {
    /// Why the command could not be started; `nil` if nothing is seen that speaks against it.
    package var problem: String? {
        if let refusal { return refusal }
        if let folder = traits.process.workingDirectory, access(folder, X_OK) != 0 {
            return "the working directory \(folder) cannot be entered: "
                + String(cString: strerror(errno))
        }
        guard case .vector(let words) = form, let program = words.first else { return nil }
        // The child enters its working directory first, and looks for the program from there.
        let start =
            program.hasPrefix("/") ? "" : traits.process.workingDirectory.map { "\($0)/" } ?? ""
        let folders = program.contains("/") ? [start] : Self.searchPath.map { "\($0)/" }
        let isFound = folders.contains { access($0 + program, X_OK) == 0 }
        return isFound
            ? nil : "\(program) is not a program that can be run: check the name and $PATH"
    }

    /// Why it must not be run; `nil` if it may.
    ///
    /// Looks anew at the folders to a program that is named by its path.
    var refusal: String? {
        let distrust = distrust ?? programPath.flatMap(FileTrust().distrust(ofFile:))
        return distrust.map { "refused, as \($0)" }
    }

    /// The absolute path of the program of an argument vector; `nil` if it is looked for in `PATH`.
    private var programPath: String? {
        guard case .vector(let words) = form, let program = words.first, program.contains("/")
        else {
            return nil
        }
        if program.hasPrefix("/") { return program }
        return "\(traits.process.workingDirectory ?? SettingsFile.workingDirectory)/\(program)"
    }

    private static var searchPath: [Substring] {
        let path = getenv("PATH").map { String(cString: $0) } ?? "/bin:/usr/bin"
        return path.split(separator: ":")
    }
}
