internal import CHiredis

/// How large an answer may be: a server that lies must not take all memory.
enum ReplyLimit {
    /// Of what has come of one answer.
    ///
    /// A server's own limit for a text is 512 MiB (proto-max-bulk-len).
    static let bytes = 1 << 30
    /// Of the parts of one array, for which the parser takes memory before they come.
    static let parts = 4 << 20

    /// Makes a parser refuse arrays with more parts.
    ///
    /// hiredis 0.14 has no setting for that.
    static func apply(to reader: UnsafeMutablePointer<redisReader>) {
        reader.pointee.fn = UnsafeMutablePointer(mutating: functions)
    }

    /// The parser's own functions, but for the one that makes arrays.
    // Unsafe by its pointer alone: what it points to is made once, and only read.
    nonisolated(unsafe) private static let functions: UnsafePointer<redisReplyObjectFunctions> = {
        let limited = UnsafeMutablePointer<redisReplyObjectFunctions>.allocate(capacity: 1)
        limited.initialize(to: original)
        limited.pointee.createArray = { task, count in
            count > ReplyLimit.parts ? nil : ReplyLimit.original.createArray(task, count)
        }
        // It lives as long as the process.
        return UnsafePointer(limited)
    }()

    private static let original: redisReplyObjectFunctions = {
        guard let reader = redisReaderCreate() else {
            preconditionFailure("no memory is left for a connection")
        }
        defer { redisReaderFree(reader) }
        return reader.pointee.fn.pointee
    }()
}
