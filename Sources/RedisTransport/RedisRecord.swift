internal import TaskQueue

/// A result record as it stands under its key: JSON, or with `result_compression` (`celery-wire`,
/// section 5.2) the bytes `00 celery-compressed 00 TYPE 00` and compressed JSON.
enum RedisRecord {
    private static let mark: [UInt8] = [0] + Array("celery-compressed".utf8) + [0]

    /// - Returns: `nil` if the bytes are no record.
    static func decode(_ bytes: [UInt8], id: TaskID, decompress: Decompressor?) -> StoredResult? {
        guard bytes.starts(with: mark) else { return StoredResult(json: bytes, id: id) }
        let rest = bytes.dropFirst(mark.count)
        guard let end = rest.firstIndex(of: 0),
            let compression = Compression(rawValue: String(decoding: rest[..<end], as: UTF8.self)),
            let json = decompress?(
                Array(rest[(end + 1)...]),
                compression,
                BodyReader.decompressedLimit
            )
        else { return nil }
        return StoredResult(json: json, id: id)
    }
}
