internal import CLinux
internal import Glibc

/// A pipe whose ends are closed in commands that are started.
struct Pipe {
    let read: Int32
    let write: Int32

    /// `nil` and errno if no descriptor is left.
    init?() {
        var ends: [Int32] = [-1, -1]
        guard tq_pipe(&ends) == 0 else { return nil }
        (read, write) = (ends[0], ends[1])
    }

    func close() {
        Glibc.close(read)
        Glibc.close(write)
    }
}
