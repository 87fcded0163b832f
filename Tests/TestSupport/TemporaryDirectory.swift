import Glibc

/// A new, empty folder that only its owner may enter.
package struct TemporaryDirectory: Sendable {
    /// Without a slash at its end; short enough for Unix sockets to live in it.
    package let path: String

    /// Lends a folder to `body`, and removes it with all that is in it afterwards.
    package static func with<Value>(
        _ body: (TemporaryDirectory) async throws -> Value
    ) async throws -> Value {
        try await Admission.shared.admitted {
            let directory = try TemporaryDirectory()
            defer { removeTree(directory.path) }
            return try await body(directory)
        }
    }

    private init() throws(FileError) {
        var template = Array("/tmp/tq-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .last("/tmp/tq-XXXXXX") }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The path of `name` in this folder, whether there is such a file or not.
    package func path(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file, and the folders that it is to be in.
    ///
    /// - Parameters:
    ///   - contents: its whole text.
    ///   - name: from this folder, such as `tasks/sms/send`.
    ///   - mode: its permissions; `0o755` makes it executable.
    /// - Returns: the file's path.
    /// - Throws: when the disk or another file is in the way.
    @discardableResult
    package func write(
        _ contents: String,
        to name: String,
        mode: UInt32 = 0o644
    ) throws(FileError) -> String {
        var folder = path
        for part in name.split(separator: "/").dropLast() {
            folder += "/\(part)"
            guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw .last(folder) }
        }
        try writeFile(path(name), Array(contents.utf8), mode: mode)
        return path(name)
    }

    /// The text of the file `name` in this folder.
    package func text(_ name: String) throws(FileError) -> String {
        String(decoding: try readFile(path(name)), as: UTF8.self)
    }

    /// The names of what is in this folder, sorted.
    package func names() throws(FileError) -> [String] {
        try listDirectory(path).sorted()
    }
}
