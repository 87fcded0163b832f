internal import TaskQueue

extension TOMLReader {
    /// `1979-05-27T07:32:00.5-08:00`, the same without offset, a date alone, or a time alone.
    static func isDateOrTime(_ text: [UInt8]) -> Bool {
        if text.count > 2, text[2] == UInt8(ascii: ":") {
            return lengthBehindTime(text[...]) == 0 && exists(Array("2000-01-01T".utf8) + text)
        }
        guard text.count > 10 else { return text.count == 10 && exists(text) }
        // None, Z or +01:00: our ISO 8601 reads more forms of offset than TOML has.
        guard let offset = lengthBehindTime(text[11...]), [0, 1, 6].contains(offset) else {
            return false
        }
        return exists(text)
    }

    /// The number of bytes behind `07:32:00` or `07:32:00.5`; `nil` if the text does not begin this way.
    private static func lengthBehindTime(_ text: ArraySlice<UInt8>) -> Int? {
        guard text.count >= 8, text[text.startIndex + 5] == UInt8(ascii: ":") else { return nil }
        let rest = text.dropFirst(8)
        switch rest.first {
        case UInt8(ascii: "."): return rest.dropFirst().drop(while: isDigit).count
        case UInt8(ascii: ","): return nil
        default: return rest.count
        }
    }

    /// Whether there is such a date and time.
    private static func exists(_ text: [UInt8]) -> Bool {
        text.withUnsafeBufferPointer { CivilDateTime(iso8601: $0) != nil }
    }
}
