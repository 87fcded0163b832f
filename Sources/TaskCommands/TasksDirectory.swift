internal import Glibc
internal import TaskQueue

/// A folder of executables: `sms/send` in it is the task `sms.send`.
///
/// It may be a link, such as `current -> releases/42`, which is followed again for each command: a
/// switched link counts from the next command on, and a running command keeps the folder
/// that it was started from as its `$0`.
package struct TasksDirectory: Sendable {
    /// Absolute.
    package let path: String
    /// Whether somebody has named it: then it must exist.
    let isNamed: Bool
    private let groups = PrivateGroups()

    package init(path: String, isNamed: Bool) {
        self.path = path
        self.isNamed = isNamed
    }

    /// The file for a task, and why it must not be run.
    ///
    /// - Parameters:
    ///   - task: the task's name.
    ///   - user: the user that the command runs as; `nil`: ours.
    /// - Returns: the file's path without a link in the directory's own part; `nil` if there is none, it
    ///   is not executable, or a part of the task's name begins with `.` or `_`.
    func executable(
        for task: TaskName,
        runAs user: UInt32? = nil
    ) -> (path: String, distrust: Distrust?)? {
        guard let name = Self.fileName(of: task) else { return nil }
        let trust = FileTrust(alsoOf: user, groups: groups)
        guard let folder = PathWalk.follow(path, trust.distrust(ofNamed:)) else { return nil }
        let file = "\(folder.resolved)/\(name)"
        guard Self.isExecutableFile(file) else { return nil }
        return (file, folder.distrust ?? distrust(of: name, in: folder.resolved, trust))
    }

    /// Checks the folder, and everything on the way from it to a file.
    private func distrust(of name: String, in folder: String, _ trust: FileTrust) -> Distrust? {
        if let distrust = FileStatus(at: folder).flatMap({ trust.distrust(of: folder, $0) }) {
            return distrust
        }
        let inside = folder + "/"
        let file = PathWalk.follow(name, from: folder) { step in
            guard step.path.utf8.starts(with: inside.utf8) else {
                return trust.distrust(ofNamed: step)
            }
            // The folder of a link says who can change it.
            return step.status.kind == .link ? nil : trust.distrust(of: step.path, step.status)
        }
        guard let file, !file.resolved.utf8.starts(with: inside.utf8) else { return file?.distrust }
        return .leadsOut(link: inside + name, target: file.resolved)
    }

    /// The names of all tasks in the folder, in no order, including those that must not be run.
    var taskNames: [String] {
        guard let root = Self.resolved(path) else { return [] }
        return names(in: root, prefix: "", above: [])
    }

    /// - Parameters:
    ///   - folder: a path without links.
    ///   - prefix: of the names of the tasks in it.
    ///   - above: the folders that lead to it, the tasks directory first.
    /// - Returns: the names of the tasks in it and below.
    private func names(in folder: String, prefix: String, above: [String]) -> [String] {
        let folders = above + [folder]
        // The target of a link to outside may be large: only the files in it are named.
        let isInside = "\(folder)/".utf8.starts(with: "\(folders[0])/".utf8)
        var names: [String] = []
        for name in Self.entries(of: folder) where Self.isTaskPart(name[...]) {
            let file = "\(folder)/\(name)"
            if Self.isExecutableFile(file) {
                names.append(prefix + name)
            } else if isInside, let below = Self.folder(file), !folders.contains(below) {
                names += self.names(in: below, prefix: "\(prefix)\(name).", above: folders)
            }
        }
        return names
    }

    /// The file of a task in the folder; `nil` if it cannot have one.
    static func fileName(of task: TaskName) -> String? {
        let parts = task.text.pieces(separatedBy: ".")
        return parts.allSatisfy(isTaskPart) ? parts.joined(separator: "/") : nil
    }

    static func entries(of folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
            )
        }
        return names
    }

    static func isTaskPart(_ part: Substring) -> Bool {
        let bytes = part.utf8
        return !part.isEmpty && !part.begins(with: "_") && !bytes.contains(UInt8(ascii: "/"))
            && !bytes.contains(UInt8(ascii: ".")) && !bytes.contains(0)
    }

    static func isExecutableFile(_ file: String) -> Bool {
        var information = stat()
        return stat(file, &information) == 0 && information.st_mode & S_IFMT == S_IFREG
            && access(file, X_OK) == 0
    }

    /// The path of a folder without links; `nil` if it is not a folder.
    private static func folder(_ path: String) -> String? {
        resolved(path).flatMap { FileStatus(at: $0)?.kind == .folder ? $0 : nil }
    }

    private static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}
