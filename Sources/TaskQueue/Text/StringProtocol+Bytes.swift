/// Taking texts apart by their bytes.
///
/// A combining mark behind a `/` makes another `Character` of it, which `split`, `hasPrefix` and
/// `firstIndex(of:)` do not take for a `/`; the kernel and other programs do.
extension StringProtocol {
    /// The pieces between the bytes that are `separator`, which is ASCII; empty ones too.
    package func pieces(separatedBy separator: Unicode.Scalar, atMost limit: Int = .max)
        -> [Substring]
    {
        utf8.split(
            separator: UInt8(ascii: separator),
            maxSplits: limit - 1,
            omittingEmptySubsequences: false
        ).map { Substring(self[$0.startIndex..<$0.endIndex]) }
    }

    /// Whether the text begins with the bytes of `start`.
    package func begins(with start: StaticString) -> Bool {
        start.withUTF8Buffer { utf8.starts(with: $0) }
    }

    /// Whether the text ends with the bytes of `end`.
    package func ends(with end: StaticString) -> Bool {
        end.withUTF8Buffer { utf8.reversed().starts(with: $0.reversed()) }
    }

    /// Where the byte stands first, which is ASCII.
    package func first(_ byte: Unicode.Scalar) -> Index? {
        utf8.firstIndex(of: UInt8(ascii: byte))
    }

    /// Where the byte stands last, which is ASCII.
    package func last(_ byte: Unicode.Scalar) -> Index? {
        Array(utf8.indices).last { utf8[$0] == UInt8(ascii: byte) }
    }

    /// Whether the text is a path from the root.
    package var isAbsolutePath: Bool { begins(with: "/") }

    /// The names in a path, without empty ones.
    package var pathNames: [Substring] { pieces(separatedBy: "/").filter { !$0.isEmpty } }
}
