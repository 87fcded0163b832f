internal import TaskQueue

/// A result record as it stands under its key: JSON, or with `result_compression` (`celery-wire`,
/// section 5.2) the bytes `00 celery-compressed 00 TYPE 00` and compressed JSON.
enum CompressedResult {
    private static let mark: [UInt8] = [0] + Array("celery-compressed".utf8) + [0]

    /// - Parameters:
    ///   - bytes: as they stand under the key.
    ///   - id: of the task.
    ///   - decompress: knows how large a record may grow: a few bytes can claim to be gigabytes.
    /// - Returns: `nil` if the bytes are not a record.
    static func decode(_ bytes: [UInt8], id: TaskID, decompress: Decompressor?) -> StoredResult? {
        guard bytes.starts(with: mark) else { return StoredResult(json: bytes, id: id) }
        let rest = bytes.dropFirst(mark.count)
        guard let end = rest.firstIndex(of: 0),
            let compression = Compression(rawValue: String(decoding: rest[..<end], as: UTF8.self)),
            let decompress
        else { return nil }
        switch decompress(Array(rest[(end + 1)...]), compression, .max) {
        case .bytes(let json): return StoredResult(json: json, id: id)
        case .damaged: return nil
        case .tooLarge: return tooLarge(id)
        }
    }

    /// Stands for a record that exists but is not read; anyone waiting for it gets this.
    private static func tooLarge(_ id: TaskID) -> StoredResult {
        let failure = TaskFailure(
            type: "ResultTooLarge",
            message: "its stored result is compressed, and larger than message_max_bytes",
            module: "tq"
        )
        return StoredResult(id: id, state: .failure, result: failure.json)
    }
}
