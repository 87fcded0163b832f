/// Text of unknown length of which the beginning and the end are kept.
package struct BoundedText {
    private let headSize: Int
    private let tailSize: Int
    private var head: [UInt8] = []
    /// The last bytes after the head: a ring once it has ``tailSize`` of them.
    private var tail: [UInt8] = []
    /// Where in the ring the next byte goes, which is where its oldest is.
    private var next = 0
    /// Bytes that were in the ring, and have been written over.
    private var lost = 0

    /// - Parameters:
    ///   - head: how many bytes are kept of the beginning.
    ///   - tail: how many bytes are kept of the end.
    package init(head: Int, tail: Int) {
        headSize = head
        tailSize = tail
    }

    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        let room = min(headSize - head.count, bytes.count)
        head.append(contentsOf: bytes[..<room])
        // Of more than fills the ring, only the end.
        let rest = bytes[room...]
        lost += max(0, rest.count - tailSize)
        var new = rest.suffix(tailSize)
        let growth = new.prefix(tailSize - tail.count)
        tail.append(contentsOf: growth)
        new = new.dropFirst(growth.count)
        lost += new.count
        while !new.isEmpty {
            let part = new.prefix(tailSize - next)
            tail.replaceSubrange(next..<next + part.count, with: part)
            next = (next + part.count) % tailSize
            new = new.dropFirst(part.count)
        }
    }

    /// The text without newlines at its end, and a line that stands for what was left out, if any was;
    /// `nil` if there is no text.
    package var text: String? {
        guard lost > 0 else { return Self.text(head + tail).map { String($0) } }
        let end = tail[next...] + tail[..<next]
        let shownHead = Self.wholeLines(head)
        let shownTail = Self.fromWholeLine(Array(end))
        let hidden = lost + head.count - shownHead.count + end.count - shownTail.count
        let headText = String(decoding: shownHead, as: UTF8.self)
        let separator = shownHead.last == newline ? "" : "\n"
        let gap = "[… \(hidden) bytes left out …]\n"
        return headText + separator + gap + (Self.text(shownTail) ?? "")
    }

    private static func text(_ bytes: some BidirectionalCollection<UInt8>) -> String? {
        let end = bytes.lastIndex { $0 != newline && $0 != carriageReturn }
        return end.map { String(decoding: bytes[...$0], as: UTF8.self) }
    }

    /// As far as its last newline, or its last whole character if the line would be long.
    private static func wholeLines(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        if let end = bytes.suffix(longestPart).lastIndex(of: newline) { return bytes[...end] }
        // A character has four bytes at most, the first of which begins with other bits than 10.
        guard let start = bytes.suffix(4).lastIndex(where: { !isContinuation($0) }) else {
            return bytes[...]
        }
        let isWhole = String(validating: bytes[start...], as: UTF8.self) != nil
        return isWhole ? bytes[...] : bytes[..<start]
    }

    /// From its first whole line on, or its first whole character if that line begins late.
    private static func fromWholeLine(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        if let end = bytes.dropLast().prefix(longestPart).firstIndex(of: newline) {
            return bytes[(end + 1)...]
        }
        return bytes[bytes.prefix(3).prefix(while: isContinuation).count...]
    }

    private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

    /// A longer part of a line than this is not left out for being a part.
    private static let longestPart = 4 << 10
}

private let newline: UInt8 = 0x0A
private let carriageReturn: UInt8 = 0x0D
