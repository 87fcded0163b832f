internal import Glibc

/// A folder of executables: `sms/send` in it is the task `sms.send`.
package struct TasksDirectory: Sendable {
    /// Absolute.
    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// The file for a task; `nil` if there is none, it is not executable, or a part of its name begins
    /// with `.` or `_`.
    func executable(for task: TaskName) -> String? {
        let parts = task.text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.allSatisfy(Self.isTaskPart) else { return nil }
        let file = ([path] + parts.map(String.init)).joined(separator: "/")
        return Self.isExecutableFile(file) ? file : nil
    }

    /// What others may write of a file of this folder and of the folders that lead to it; `nil` if
    /// nothing: else it would be theirs to choose what is run.
    func pathWritableByOthers(to file: String) -> String? {
        var paths = [path]
        for part in file.dropFirst(path.count).split(separator: "/") {
            paths.append("\(paths[paths.count - 1])/\(part)")
        }
        return paths.first(where: Self.isWritableByOthers)
    }

    /// The names of all tasks in the folder, in no order.
    var taskNames: [String] { names(in: path, prefix: "") }

    private func names(in folder: String, prefix: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard Self.isTaskPart(name[...]) else { continue }
            let file = "\(folder)/\(name)"
            if Self.isExecutableFile(file) {
                names.append(prefix + name)
            } else if Self.isFolder(file) {
                names += self.names(in: file, prefix: "\(prefix)\(name).")
            }
        }
        return names
    }

    private static func isTaskPart(_ part: Substring) -> Bool {
        !part.isEmpty && !part.hasPrefix(".") && !part.hasPrefix("_") && !part.contains("/")
            && !part.contains(".")
    }

    private static func isExecutableFile(_ file: String) -> Bool {
        var information = stat()
        return stat(file, &information) == 0 && information.st_mode & S_IFMT == S_IFREG
            && access(file, X_OK) == 0
    }

    private static func isWritableByOthers(_ file: String) -> Bool {
        var information = stat()
        return stat(file, &information) == 0 && information.st_mode & S_IWOTH != 0
    }

    private static func isFolder(_ file: String) -> Bool {
        // A link to a folder is not followed: it could lead in a circle.
        var information = stat()
        return lstat(file, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
    }
}
