internal import Glibc
package import TaskQueue

/// How to run the tasks of one name as a command.
package struct CommandSpec: Equatable, Sendable {
    package enum Form: Equatable, Sendable {
        /// Run by `sh -c`; the positional arguments are `"$1"`, `"$2"` …
        case shellLine(String)
        /// A file of the tasks directory; the positional arguments are its arguments.
        case executable(path: String)
        /// A program and its arguments; `{1}`, `{2}` … in an element are replaced by that positional
        /// argument, an element `{args}` by all of them: ``CommandWord``.
        case vector([String])
    }

    package let form: Form
    package let traits: CommandOptions
    /// Why the executable is not run; `nil`: it may be.
    private let distrust: Distrust?

    package init(
        _ form: Form,
        _ traits: CommandOptions = CommandOptions(),
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
    /// Why the command could not be started; `nil` if nothing seems to be in the way.
    package var problem: String? { refusal ?? surroundingsProblem ?? programProblem }

    /// What is wrong with the place where it is to run.
    var surroundingsProblem: String? {
        guard let folder = traits.process.workingDirectory else { return nil }
        var information = stat()
        let isThere = stat(folder, &information) == 0
        if isThere, information.st_mode & S_IFMT != S_IFDIR { errno = ENOTDIR }
        guard isThere, information.st_mode & S_IFMT == S_IFDIR, access(folder, X_OK) == 0 else {
            return "the working directory \(folder) cannot be entered: "
                + String(cString: strerror(errno))
        }
        return nil
    }

    private var programProblem: String? {
        switch form {
        case .shellLine: return nil
        case .executable(let path): return file(path).problem
        case .vector(let words):
            guard let program = words.first else { return nil }
            if let path = programPath, access(path, F_OK) == 0 { return file(path).problem }
            if !program.utf8.contains(UInt8(ascii: "/")), let path = found(program) {
                return file(path).problem
            }
            return "\(program) is not a program that can be run: check the name and $PATH"
        }
    }

    private func file(_ path: String) -> ProgramFile {
        ProgramFile(
            path: path,
            workingDirectory: traits.process.workingDirectory,
            searchPath: searchPath
        )
    }

    /// The first of this name in the search path; an entry that is empty or relative starts from where the
    /// command runs.
    private func found(_ program: String) -> String? {
        let start = traits.process.workingDirectory ?? "."
        return searchPath.lazy
            .map { $0.isAbsolutePath ? "\($0)/\(program)" : "\(start)/\($0)/\(program)" }
            .first(where: TasksDirectory.isExecutableFile)
    }

    private var searchPath: [String] {
        let path =
            traits.environment["PATH"] ?? getenv("PATH").map { String(cString: $0) }
            ?? "/bin:/usr/bin"
        return path.pieces(separatedBy: ":").map(String.init)
    }

    /// Why it must not be run, as far as that was checked; `nil`: nothing is known against it.
    var knownRefusal: String? { distrust.map { "refused because \($0)" } }

    /// Why it must not be run; `nil`: it may.
    ///
    /// Checks the folders above a program that is named by its path again.
    var refusal: String? {
        knownRefusal
            ?? programPath.flatMap(FileTrust().distrust(ofFile:)).map { "refused because \($0)" }
    }

    /// The absolute path of the program of an argument vector; `nil` if it is searched in `PATH`.
    private var programPath: String? {
        guard case .vector(let words) = form, let program = words.first, program.contains("/")
        else {
            return nil
        }
        if program.hasPrefix("/") { return program }
        return "\(traits.process.workingDirectory ?? ThisProcess.workingDirectory)/\(program)"
    }
}
