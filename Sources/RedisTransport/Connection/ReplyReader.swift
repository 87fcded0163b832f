internal import CHiredis

/// Makes answers of the bytes that come: hiredis' parser.
final class ReplyReader {
    /// Where bytes go first that have come.
    let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 << 10, alignment: 16)
    private let reader: UnsafeMutablePointer<redisReader>

    init() {
        guard let reader = redisReaderCreate() else {
            preconditionFailure("no memory is left for a connection")
        }
        self.reader = reader
    }

    deinit {
        redisReaderFree(reader)
        input.deallocate()
    }

    /// Whether there are bytes that no answer was made of yet.
    var hasBytes: Bool { reader.pointee.len > reader.pointee.pos }

    /// Takes so many bytes of ``input``.
    func feed(_ count: Int) {
        // An error stays, and the next answer tells of it.
        _ = redisReaderFeed(
            reader,
            input.baseAddress?.assumingMemoryBound(to: CChar.self),
            count
        )
    }

    /// - Returns: the next answer; `nil` if not all of it has come.
    /// - Throws: ``StreamFailure`` if what has come is no answer.
    func next() throws(StreamFailure) -> RedisReply? {
        var raw: UnsafeMutableRawPointer?
        guard redisReaderGetReply(reader, &raw) == REDIS_OK else {
            throw StreamFailure("what answers is no Redis server (\(complaint))")
        }
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
