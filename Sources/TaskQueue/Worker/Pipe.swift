internal import CLinux
internal import Glibc

/// A pipe whose ends are closed in commands that are started.
struct Pipe {
    let read: Int32
    let write: Int32

    /// - Throws: ``SpawnError`` if no descriptor is left.
    init() throws(SpawnError) {
        var ends: [Int32] = [-1, -1]
        guard tq_pipe(&ends) == 0 else {
            throw SpawnError(program: "a command", workingDirectory: nil, code: errno)
        }
        (read, write) = (ends[0], ends[1])
    }

    func close() {
        Glibc.close(read)
        Glibc.close(write)
    }
}
