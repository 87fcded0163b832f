internal import CLinux
internal import Glibc

/// A pipe whose ends are closed in commands that are started.
package struct Pipe {
    package let read: Int32
    package let write: Int32

    /// `nil` and errno if no descriptor is left.
    package init?() {
        var ends: [Int32] = [-1, -1]
        guard tq_pipe(&ends) == 0 else { return nil }
        (read, write) = (ends[0], ends[1])
    }

    /// Writes bytes that fit into any pipe (PIPE_BUF), so that it does not wait.
    ///
    /// - Returns: whether it has; more is not written at all.
    package func fill(_ bytes: [UInt8]) -> Bool {
        guard bytes.count <= Int(PIPE_BUF) else { return false }
        return bytes.withUnsafeBytes { Glibc.write(write, $0.baseAddress, $0.count) } == bytes.count
    }

    package func close() {
        Glibc.close(read)
        Glibc.close(write)
    }
}
