internal import CHiredis

/// Makes answers of the bytes that come: hiredis' parser.
final class ReplyReader {
    private let reader: UnsafeMutablePointer<redisReader>

    init() {
        guard let reader = redisReaderCreate() else {
            preconditionFailure("no memory is left for a connection")
        }
        self.reader = reader
    }

    deinit {
        redisReaderFree(reader)
    }

    /// Whether there are bytes that no answer was made of yet.
    var hasBytes: Bool { reader.pointee.len > reader.pointee.pos }

    func feed(_ bytes: UnsafeRawBufferPointer) {
        // An error stays, and the next answer tells of it.
        _ = redisReaderFeed(
            reader,
            bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
            bytes.count
        )
    }

    /// - Returns: the next answer; `nil` if not all of it has come.
    /// - Throws: ``StreamFailure`` if what has come is no answer.
    func next() throws(StreamFailure) -> RedisReply? {
        var raw: UnsafeMutableRawPointer?
        guard redisReaderGetReply(reader, &raw) == REDIS_OK else { throw StreamFailure(complaint) }
        guard let raw else { return nil }
        defer { freeReplyObject(raw) }
        return RedisReply(raw.assumingMemoryBound(to: redisReply.self))
    }

    private var complaint: String {
        withUnsafeBytes(of: reader.pointee.errstr) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
