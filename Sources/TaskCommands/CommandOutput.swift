internal import TaskQueue

/// The bounded output of a command: stdout and stderr.
struct CommandOutput {
    /// Largest result, in bytes.
    let limit: Int
    /// What was written to stdout; empty if that was more than ``limit``.
    private(set) var result: [UInt8] = []
    /// Whether there was more on stdout than ``limit``.
    private(set) var isTooLong = false
    private var errors = BoundedText(head: 16 << 10, tail: 48 << 10)

    init(limit: Int) {
        self.limit = limit
    }

    mutating func append(result bytes: UnsafeRawBufferPointer) {
        guard !isTooLong else { return }
        guard result.count + bytes.count <= limit else {
            isTooLong = true
            result = []
            return
        }
        result.append(contentsOf: bytes)
    }

    mutating func append(errors bytes: UnsafeRawBufferPointer) {
        errors.append(bytes)
    }

    /// Beginning and end of stderr without newlines at its end; `nil` if there is none.
    var traceback: String? { errors.text }

    /// The remark on stderr where it is not a traceback: its last lines.
    var remark: RunRemark? {
        traceback.map { .stderr(String(decoding: $0.utf8.suffix(2 << 10), as: UTF8.self)) }
    }

    /// The result: the JSON value if stdout is exactly one, else the text less one newline at its end;
    /// null if it is empty.
    ///
    /// - Throws: ``ResultLoss`` if it is longer than ``limit``, or no text.
    func value() throws(ResultLoss) -> JSONText {
        if isTooLong { throw .tooLong(limit: limit) }
        if result.isEmpty { return .null }
        if let json = try? JSONText(result) { return json }
        let text = result.last == 0x0A ? result.dropLast() : result[...]
        guard let string = String(validating: text, as: UTF8.self) else {
            throw .notUTF8(byte: UTF8Check.validCount(of: result) + 1)
        }
        return JSONText(string: string)
    }
}
