/// Taking texts apart by their bytes.
///
/// A combining mark behind a `/` makes another `Character` of it, which `split`, `hasPrefix` and
/// `firstIndex(of:)` do not take for a `/`; the kernel and other programs do.
///
/// Not for `StringProtocol`: what is generic over it costs a program that starts more than all the rest here.
extension Substring {
    /// The pieces between the bytes that are `separator`, which is ASCII; empty ones too.
    package func pieces(
        separatedBy separator: Unicode.Scalar,
        atMost limit: Int = .max
    ) -> [Substring] {
        let separator = UInt8(ascii: separator)
        var pieces: [Substring] = []
        var start = startIndex
        var index = startIndex
        while index < endIndex, pieces.count < limit - 1 {
            let next = utf8.index(after: index)
            if utf8[index] == separator {
                pieces.append(self[start..<index])
                start = next
            }
            index = next
        }
        pieces.append(self[start...])
        return pieces
    }

    /// Whether the text begins with the bytes of `start`.
    package func begins(with start: StaticString) -> Bool {
        start.withUTF8Buffer { start in
            withBytes { bytes in
                bytes.count >= start.count && Self.areEqual(bytes, start, from: 0)
            }
        }
    }

    /// Whether the text ends with the bytes of `end`.
    package func ends(with end: StaticString) -> Bool {
        end.withUTF8Buffer { end in
            withBytes { bytes in
                bytes.count >= end.count
                    && Self.areEqual(bytes, end, from: bytes.count - end.count)
            }
        }
    }

    /// Whether the bytes of `part`, which is not empty, stand anywhere in the text.
    package func holds(_ part: StaticString) -> Bool {
        part.withUTF8Buffer { part in
            withBytes { bytes in
                guard bytes.count >= part.count else { return false }
                return (0...bytes.count - part.count).contains {
                    Self.areEqual(bytes, part, from: $0)
                }
            }
        }
    }

    /// Where the byte stands first, which is ASCII.
    package func first(_ byte: Unicode.Scalar) -> Index? {
        utf8.firstIndex(of: UInt8(ascii: byte))
    }

    /// Where the byte stands last, which is ASCII.
    package func last(_ byte: Unicode.Scalar) -> Index? {
        utf8.lastIndex(of: UInt8(ascii: byte))
    }

    /// Whether the text is a path from the root.
    package var isAbsolutePath: Bool { begins(with: "/") }

    /// The names in a path, without empty ones.
    package var pathNames: [Substring] { pieces(separatedBy: "/").filter { !$0.isEmpty } }

    private func withBytes<Value>(_ body: (UnsafeBufferPointer<UInt8>) -> Value) -> Value {
        var text = self
        return text.withUTF8(body)
    }

    private static func areEqual(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ part: UnsafeBufferPointer<UInt8>,
        from start: Int
    ) -> Bool {
        for index in 0..<part.count where bytes[start + index] != part[index] { return false }
        return true
    }
}

extension String {
    /// As ``Substring/pieces(separatedBy:atMost:)``.
    package func pieces(
        separatedBy separator: Unicode.Scalar,
        atMost limit: Int = .max
    ) -> [Substring] {
        self[...].pieces(separatedBy: separator, atMost: limit)
    }

    /// As ``Substring/begins(with:)``.
    package func begins(with start: StaticString) -> Bool { self[...].begins(with: start) }

    /// As ``Substring/ends(with:)``.
    package func ends(with end: StaticString) -> Bool { self[...].ends(with: end) }

    /// As ``Substring/holds(_:)``.
    package func holds(_ part: StaticString) -> Bool { self[...].holds(part) }

    /// As ``Substring/first(_:)``.
    package func first(_ byte: Unicode.Scalar) -> Index? { self[...].first(byte) }

    /// As ``Substring/last(_:)``.
    package func last(_ byte: Unicode.Scalar) -> Index? { self[...].last(byte) }

    /// Whether the text is a path from the root.
    package var isAbsolutePath: Bool { begins(with: "/") }

    /// The names in a path, without empty ones.
    package var pathNames: [Substring] { self[...].pathNames }
}
