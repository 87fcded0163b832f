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

    /// Whether no id is left, and no more will come.
    var isAtEnd: Bool { waiting.isEmpty && lines == nil }

    /// Takes ids.
    ///
    /// - Parameters:
    ///   - limit: how many at most.
    ///   - deadline: how long to wait for the first if none is there; `nil`: as long as it takes.
    /// - Returns: in order; empty at the end, or if none has come in time.
    /// - Throws: ``CommandError`` with status 74 if stdin cannot be read.
    mutating func take(
        _ limit: Int,
        waitingUntil deadline: Instant?
    ) throws(CommandError) -> [TaskID] {
        while waiting.isEmpty, let lines, lines.waitForMore(until: deadline) { try read() }
        defer { waiting = waiting.dropFirst(limit) }
        return Array(waiting.prefix(limit))
    }

    private mutating func read() throws(CommandError) {
        guard let batch = try lines?.next() else {
            lines = nil
            return
        }
        waiting = batch.compactMap(Self.id)[...]
    }

    /// The id in a text, perhaps between blanks; `nil`: there is none.
    static func id(_ text: some BidirectionalCollection<UInt8>) -> TaskID? {
        guard let start = text.firstIndex(where: isText), let end = text.lastIndex(where: isText)
        else { return nil }
        return TaskID(String(decoding: text[start...end], as: UTF8.self))
    }

    private static func isText(_ byte: UInt8) -> Bool {
        byte != 0x20 && byte != 0x09 && byte != 0x0D
    }
}
