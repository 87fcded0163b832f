internal import Glibc
internal import TaskQueue

extension TasksDirectory {
    /// Why there is no command for a task.
    enum Absence: Equatable {
        /// There is no file with that name; the hint is what was probably meant, as a clause.
        case none(hint: String?)
        /// There may be one, but it cannot be reached now.
        case trouble(String)
    }

    /// Why the folder cannot be used now; `nil`: it can.
    var trouble: String? {
        guard let stream = opendir(path) else {
            return "the tasks directory \(path) cannot be read: \(String(cString: strerror(errno)))"
        }
        closedir(stream)
        guard access(path, X_OK) == 0 else {
            return "the tasks directory \(path) cannot be entered: "
                + String(cString: strerror(errno))
        }
        return nil
    }

    /// Whether there is anything at its path.
    var isThere: Bool {
        var information = stat()
        return lstat(path, &information) == 0
    }

    /// Why there is no executable for a task; call it only then.
    func absence(of task: TaskName) -> Absence {
        guard let name = Self.fileName(of: task) else { return .none(hint: nil) }
        if let trouble { return .trouble(trouble) }
        let file = "\(path)/\(name)"
        var information = stat()
        guard stat(file, &information) != 0 else {
            guard information.st_mode & S_IFMT == S_IFREG else { return .none(hint: nil) }
            return Self.isExecutableFile(file)
                ? .trouble("\(file) was not there a moment ago")
                : .none(hint: Self.notExecutable(file))
        }
        let code = errno
        switch code {
        case ENOENT where lstat(file, &information) == 0:
            return .trouble("\(file) is a link to something that is not there")
        case ENOENT, ENOTDIR: return .none(hint: dottedFile(task))
        case ENAMETOOLONG: return .none(hint: nil)
        default: return .trouble("\(file) cannot be reached: \(String(cString: strerror(code)))")
        }
    }

    static func notExecutable(_ file: String) -> String {
        "\(file) is not executable: chmod +x it"
    }

    /// `nil` if there is no file with the task's dots in its name.
    private func dottedFile(_ task: TaskName) -> String? {
        guard task.text.utf8.contains(UInt8(ascii: ".")), let name = Self.fileName(of: task) else {
            return nil
        }
        let file = "\(path)/\(task.text)"
        guard access(file, F_OK) == 0 else { return nil }
        return "\(file) has a dot in its name: rename it to \(path)/\(name)"
    }

    /// Files in the folder itself that are not tasks, though they look as if they were meant to be, as
    /// clauses; a few of them.
    var oddities: [String] {
        let names = Self.entries(of: path).sorted().filter {
            !$0.begins(with: ".") && !$0.begins(with: "_")
        }
        let clauses = names.compactMap { name -> String? in
            let file = "\(path)/\(name)"
            guard Self.isTaskPart(name[...]) else {
                guard Self.isExecutableFile(file), let task = TaskName(name) else { return nil }
                return dottedFile(task)
            }
            guard FileStatus(at: file)?.kind == .file, !Self.isExecutableFile(file) else {
                return nil
            }
            return Self.notExecutable(file)
        }
        return Array(clauses.prefix(3))
    }
}
