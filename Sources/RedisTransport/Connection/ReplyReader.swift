internal import CHiredis

/// Makes answers of the bytes that come, by hiredis' parser: all that is used of that library.
package final class ReplyReader {
    /// Where bytes go first that have come.
    package let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 << 10, alignment: 16)
    private let reader: UnsafeMutablePointer<redisReader>

    package init() {
        guard let reader = redisReaderCreate() else {
            preconditionFailure("no memory is left for a connection")
        }
        ReplyLimit.apply(to: reader)
        self.reader = reader
    }

    deinit {
        redisReaderFree(reader)
        input.deallocate()
    }

    /// Whether there are bytes that no answer was made of yet.
    var hasBytes: Bool { reader.pointee.len > reader.pointee.pos }

    /// Takes so many bytes of ``input``.
    package func feed(_ count: Int) {
        // An error stays, and the next answer tells of it.
        _ = redisReaderFeed(
            reader,
            input.baseAddress?.assumingMemoryBound(to: CChar.self),
            count
        )
    }

    /// - Returns: the next answer; `nil` if not all of it has come.
    /// - Throws: ``StreamFailure`` if what has come is not an answer.
    package func next() throws(StreamFailure) -> RedisReply? {
        var raw: UnsafeMutableRawPointer?
        guard redisReaderGetReply(reader, &raw) == REDIS_OK else {
            throw StreamFailure("what answers is not a Redis server (\(complaint))")
        }
        guard let raw else {
            guard reader.pointee.len - reader.pointee.pos <= ReplyLimit.bytes else {
                throw StreamFailure("an answer has more than \(ReplyLimit.bytes) bytes")
            }
            return nil
        }
        defer { freeReplyObject(raw) }
        return RedisReply(raw.assumingMemoryBound(to: redisReply.self))
    }

    private var complaint: String {
        // Of memory that was asked for and not given, for the most part by the limit.
        if reader.pointee.err == REDIS_ERR_OOM { return "an answer of more parts than it can have" }
        return withUnsafeBytes(of: reader.pointee.errstr) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
