import CommandSupport
import TaskQueue

/// The ids that are asked for, from the command line or, as they come, from stdin.
struct IDStream {
    private var waiting: ArraySlice<TaskID>
    private var lines: LineStream?

    /// - Parameter ids: `nil`: they stand on stdin, one a line.
    init(_ ids: [TaskID]?) {
        waiting = ids.map { $0[...] } ?? []
        lines = ids == nil ? LineStream() : nil
    }

    /// Whether no id is left, and none will come.
    var isAtEnd: Bool { waiting.isEmpty && lines == nil }

    /// Takes ids.
    ///
    /// - Parameters:
    ///   - limit: how many at most.
    ///   - mayWait: whether to wait for the first if none is there.
    /// - Returns: in order; empty at the end, or if none is there and it may not wait.
    /// - Throws: ``CommandError`` with status 74 if stdin cannot be read.
    mutating func take(_ limit: Int, mayWait: Bool) throws(CommandError) -> [TaskID] {
        while waiting.isEmpty, let hasMore = lines?.hasMore, hasMore || mayWait {
            try read()
        }
        defer { waiting = waiting.dropFirst(limit) }
        return Array(waiting.prefix(limit))
    }

    private mutating func read() throws(CommandError) {
        guard let batch = try lines?.next() else {
            lines = nil
            return
        }
        waiting =
            batch.compactMap { line in
                let id = line.filter { $0 != 0x0D && $0 != 0x20 && $0 != 0x09 }
                return id.isEmpty ? nil : TaskID(String(decoding: id, as: UTF8.self))
            }[...]
    }
}
