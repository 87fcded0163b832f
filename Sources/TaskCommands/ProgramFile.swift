internal import Glibc
internal import TaskQueue

/// A file to run as a program, checked beforehand.
struct ProgramFile {
    /// The kernel reads no more of a first line.
    private static let lineLimit = 256

    let path: String
    /// The folder from which its interpreter is searched, if that is named without a leading slash; `nil`: from
    /// our working directory.
    let workingDirectory: String?
    /// The entries of `PATH`, for `#!/usr/bin/env`.
    let searchPath: [String]

    /// Why it could not be run, as a sentence; `nil` if nothing seems to be in the way.
    var problem: String? {
        var information = stat()
        guard stat(path, &information) == 0 else {
            return "\(path) cannot be run: \(String(cString: strerror(errno)))"
        }
        guard information.st_mode & S_IFMT == S_IFREG else { return "\(path) is not a file" }
        guard access(path, X_OK) == 0 else { return TasksDirectory.notExecutable(path) }
        // A file that we cannot read may still run.
        guard let start = Self.start(of: path) else { return nil }
        guard start.starts(with: "#!".utf8) else {
            return Self.isText(start)
                ? "\(path) is not a program and does not begin with #!" : nil
        }
        return problem(firstLine: start.prefix { $0 != UInt8(ascii: "\n") }.dropFirst(2))
    }

    private func problem(firstLine line: ArraySlice<UInt8>) -> String? {
        let blanks: [UInt8] = [UInt8(ascii: " "), UInt8(ascii: "\t")]
        let words = line.split(whereSeparator: blanks.contains).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard let interpreter = words.first else {
            return "\(path) names no interpreter after #! in its first line"
        }
        if line.last == UInt8(ascii: "\r") {
            return
                "the first line of \(path) ends in a carriage return (\\r), which counts as part of "
                + "it: remove them, as with sed -i 's/\\r$//' \(path)"
        }
        guard isProgram(interpreter) else {
            return
                "\(path) is to be run by \(interpreter), which its first line names, and that is "
                + "not there"
        }
        guard interpreter.pathNames.last == "env" else { return nil }
        return missing(afterEnv: words.dropFirst()).map { name in
            "\(path) is to be run by \(name), which its first line names, and that is not in $PATH"
        }
    }

    /// The program that env(1) would not find; `nil`: it would find it, or its name cannot be known.
    private func missing(afterEnv words: ArraySlice<String>) -> String? {
        var words = words
        if words.first == "-S" || words.first == "--split-string" { words = words.dropFirst() }
        guard let name = words.first, !name.begins(with: "-"),
            !name.utf8.contains(UInt8(ascii: "="))
        else { return nil }
        let isFound =
            name.utf8.contains(UInt8(ascii: "/"))
            ? isProgram(name) : searchPath.contains { isProgram("\($0)/\(name)") }
        return isFound ? nil : name
    }

    private func isProgram(_ name: String) -> Bool {
        let start = name.isAbsolutePath ? "" : workingDirectory.map { "\($0)/" } ?? ""
        return TasksDirectory.isExecutableFile(start + name)
    }

    /// `nil` if it cannot be read.
    private static func start(of path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: lineLimit)
        let count = read(file, &bytes, bytes.count)
        return count < 0 ? nil : Array(bytes.prefix(count))
    }

    /// Whether no kind of program begins this way.
    private static func isText(_ bytes: [UInt8]) -> Bool {
        bytes.prefix(16).allSatisfy { $0 >= 0x20 && $0 < 0x7F || (0x09...0x0D).contains($0) }
    }
}
