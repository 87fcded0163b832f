import Glibc

/// A file that a test could not read or write.
package struct FileError: Error, Sendable, CustomStringConvertible {
    package let path: String
    package let reason: String

    package var description: String { "\(path): \(reason)" }

    /// The error that the last C call left in `errno`.
    static func last(_ path: String) -> FileError {
        FileError(path: path, reason: String(cString: strerror(errno)))
    }
}

/// The whole of a file, which may be one of `/proc` and not know its size.
package func readFile(_ path: String) throws(FileError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .last(path) }
    defer { close(descriptor) }
    var contents: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        guard count >= 0 else { throw .last(path) }
        guard count > 0 else { return contents }
        contents += buffer.prefix(count)
    }
}

/// Writes a file anew, whatever the umask is, with the permissions `mode`.
func writeFile(_ path: String, _ contents: [UInt8], mode: mode_t) throws(FileError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw .last(path) }
    defer { close(descriptor) }
    var rest = contents[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard count >= 0 else { throw .last(path) }
        rest = rest.dropFirst(count)
    }
    guard fchmod(descriptor, mode) == 0 else { throw .last(path) }
}

/// The names in a folder, without `.` and `..`, in no order.
package func listDirectory(_ path: String) throws(FileError) -> [String] {
    guard let directory = opendir(path) else { throw .last(path) }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) {
                String(cString: $0)
            }
        }
        if name != "." && name != ".." {
            names.append(name)
        }
    }
    return names
}

/// Removes a file, or a folder from its leaves up, following no links.
///
/// What cannot be removed stays: a test that has passed does not fail for it.
func removeTree(_ path: String) {
    if unlink(path) == 0 {
        return
    }
    for name in (try? listDirectory(path)) ?? [] {
        removeTree("\(path)/\(name)")
    }
    rmdir(path)
}
