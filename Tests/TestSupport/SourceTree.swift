import Glibc

/// The files of the project that tests read: fixtures, man pages, completions, examples.
package enum SourceTree {
    /// The project's root, without a slash at its end.
    package static let root: String = {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return parts.dropLast("Tests/TestSupport/SourceTree.swift".split(separator: "/").count)
            .joined(separator: "/")
    }()

    /// The path of a file named from the root, such as `man/tq.7`.
    package static func path(_ name: String) -> String { "\(root)/\(name)" }

    /// The bytes of a file named from the root.
    package static func bytes(_ name: String) throws(FileError) -> [UInt8] {
        try readFile(path(name))
    }

    /// The text of a file named from the root.
    package static func text(_ name: String) throws(FileError) -> String {
        String(decoding: try bytes(name), as: UTF8.self)
    }

    /// The names of what is in a folder named from the root, sorted.
    package static func names(in folder: String) throws(FileError) -> [String] {
        try listDirectory(path(folder)).sorted()
    }

    /// All files below a folder named from the root, each named from there too.
    package static func files(below folder: String) throws(FileError) -> [String] {
        var files: [String] = []
        for name in try names(in: folder) {
            let path = "\(folder)/\(name)"
            if isFolder(path) { files += try self.files(below: path) } else { files.append(path) }
        }
        return files
    }

    private static func isFolder(_ name: String) -> Bool {
        var status = stat()
        return stat(path(name), &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
