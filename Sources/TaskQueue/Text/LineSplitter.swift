/// Cuts what comes from a pipe into lines, each of bounded length.
package struct LineSplitter {
    private static let startSize = 32

    /// Largest line in bytes.
    private let limit: Int
    private var rest: [UInt8] = []
    /// The line that is being read was longer than ``limit``: what is left of it is dropped.
    package private(set) var isTooLong = false
    /// How the last line began that was too long.
    package private(set) var startOfLongLine: [UInt8] = []

    package enum Line: Equatable {
        /// Without its newline.
        case text([UInt8])
        /// Longer than the limit; it was not kept.
        case tooLong
    }

    package init(limit: Int) {
        self.limit = limit
    }

    /// Adds bytes.
    ///
    /// - Returns: the lines that they complete.
    package mutating func append(_ bytes: UnsafeRawBufferPointer) -> [Line] {
        var lines: [Line] = []
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: 0x0A) {
            keep(bytes[start..<end])
            lines.append(cut())
            start = end + 1
        }
        keep(bytes[start...])
        return lines
    }

    /// The last line, if it has no newline; `nil`: there is none.
    package mutating func finish() -> Line? {
        rest.isEmpty && !isTooLong ? nil : cut()
    }

    private mutating func keep(_ bytes: Slice<UnsafeRawBufferPointer>) {
        guard !isTooLong else { return }
        guard rest.count + bytes.count <= limit else {
            isTooLong = true
            startOfLongLine = Array((rest.prefix(Self.startSize) + bytes.prefix(Self.startSize)))
            rest = []
            return
        }
        rest.append(contentsOf: bytes)
    }

    private mutating func cut() -> Line {
        defer {
            rest.removeAll(keepingCapacity: rest.capacity <= 1 << 16)
            isTooLong = false
        }
        return isTooLong ? .tooLong : .text(rest)
    }
}
