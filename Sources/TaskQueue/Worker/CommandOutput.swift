internal import Glibc

/// What a command has written to stdout and stderr, within bounds.
struct CommandOutput {
    /// Of a failed command's stderr this much is kept, from the end.
    private static let errorTail = 64 << 10

    /// Largest result.
    private let limit: Int
    private(set) var result: [UInt8] = []
    private var errors: [UInt8] = []
    /// Whether there was more on stdout than ``limit``; the rest is not kept.
    private(set) var isTooLong = false

    init(limit: Int) {
        self.limit = limit
    }

    mutating func append(result bytes: UnsafeRawBufferPointer) {
        guard result.count + bytes.count <= limit else {
            isTooLong = true
            result = []
            return
        }
        if !isTooLong { result.append(contentsOf: bytes) }
    }

    mutating func append(errors bytes: UnsafeRawBufferPointer) {
        errors.append(contentsOf: bytes)
        if errors.count > 2 * Self.errorTail { errors.removeFirst(errors.count - Self.errorTail) }
    }

    /// The end of stderr without newlines at its end, as text; `nil` if there is none.
    var traceback: String? {
        let tail = errors.suffix(Self.errorTail)
        let end = tail.lastIndex { $0 != 0x0A && $0 != 0x0D }
        guard let end else { return nil }
        return String(decoding: tail[...end], as: UTF8.self)
    }

    /// The result: the JSON value if stdout is exactly one, else the text less one newline at its end;
    /// null if it is empty.
    var value: JSONText {
        if result.isEmpty { return .null }
        if let json = try? JSONText(result) { return json }
        let text = result.last == 0x0A ? result.dropLast() : result[...]
        return JSONText(string: String(decoding: text, as: UTF8.self))
    }
}
