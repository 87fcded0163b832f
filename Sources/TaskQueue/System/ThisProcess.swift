internal import Glibc

/// What surrounds this process.
package enum ThisProcess {
    /// The value of a variable of its environment.
    package static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    package static var workingDirectory: String {
        guard let path = getcwd(nil, 0) else { return "." }
        defer { free(path) }
        return String(cString: path)
    }

    /// The folder of a file, absolute, so that it means the same after a chdir(2).
    package static func absoluteFolder(of file: String) -> String {
        let path = file.isAbsolutePath ? file : workingDirectory + "/" + file
        let folder = path[..<(path.last("/") ?? path.startIndex)]
        return folder.isEmpty ? "/" : String(folder)
    }
}
