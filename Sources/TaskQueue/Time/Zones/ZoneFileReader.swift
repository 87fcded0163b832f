/// Reads a file of the zone database: RFC 9636, "The Time Zone Information Format".
///
/// Of a file of version 2 or later only the second part is read, with its 64-bit times and the rule
/// for the years after its table.
package struct ZoneFileReader {
    private let bytes: [UInt8]
    private var position = 0

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// - Throws: ``ZoneFileError``.
    package mutating func read() throws(ZoneFileError) -> TimeZoneRules {
        var header = try readHeader()
        guard header.version >= 2 else {
            let table = try readTable(header, width: 4)
            return TimeZoneRules(firstOffset: table.first, changes: table.changes, rule: nil)
        }
        guard has(header.length(width: 4)) else { throw .damaged }
        position += header.length(width: 4)
        header = try readHeader()
        let table = try readTable(header, width: 8)
        return TimeZoneRules(
            firstOffset: table.first,
            changes: table.changes,
            rule: try readRule()
        )
    }

    private struct Header {
        var version = 1
        var utCount = 0
        var standardCount = 0
        var leapCount = 0
        var timeCount = 0
        var typeCount = 0
        var nameLength = 0

        /// Bytes of what follows the header, with times of so many bytes.
        func length(width: Int) -> Int {
            timeCount * (width + 1) + typeCount * 6 + nameLength + leapCount * (width + 4)
                + standardCount + utCount
        }
    }

    private mutating func readHeader() throws(ZoneFileError) -> Header {
        guard bytes[position...].starts(with: "TZif".utf8) else { throw .notAZoneFile }
        guard has(44) else { throw .damaged }
        var header = Header()
        let version = bytes[position + 4]
        header.version = version >= UInt8(ascii: "2") ? Int(version - UInt8(ascii: "0")) : 1
        position += 20
        header.utCount = readNumber(4)
        header.standardCount = readNumber(4)
        header.leapCount = readNumber(4)
        header.timeCount = readNumber(4)
        header.typeCount = readNumber(4)
        header.nameLength = readNumber(4)
        let counts = [
            header.utCount, header.standardCount, header.leapCount, header.timeCount,
            header.typeCount, header.nameLength,
        ]
        guard counts.allSatisfy({ $0 >= 0 && $0 <= bytes.count }), header.typeCount > 0 else {
            throw .damaged
        }
        return header
    }

    private typealias Table = (first: Int, changes: [(at: Int, offset: Int)])

    private mutating func readTable(
        _ header: Header,
        width: Int
    ) throws(ZoneFileError) -> Table {
        guard header.leapCount == 0 else { throw .countsLeapSeconds }
        guard has(header.length(width: width)) else { throw .damaged }
        let end = position + header.length(width: width)
        let times = (0..<header.timeCount).map { _ in readNumber(width) }
        let types = (0..<header.timeCount).map { _ in readNumber(1) & 0xFF }
        // Each type: its offset, whether it is summer time, and where its name begins.
        let offsets = (0..<header.typeCount).map { _ in
            defer { position += 2 }
            return readNumber(4)
        }
        guard
            types.allSatisfy({ $0 < offsets.count }),
            zip(times, times.dropFirst()).allSatisfy(<),
            offsets.allSatisfy({ abs($0) < 172_800 })
        else { throw .damaged }
        position = end
        return (offsets[0], zip(times, types).map { ($0, offsets[$1]) })
    }

    /// What stands between two newlines at the end; nothing there: the last offset stays.
    private mutating func readRule() throws(ZoneFileError) -> RecurringZoneRule? {
        guard has(2), bytes[position] == UInt8(ascii: "\n"),
            let end = bytes[(position + 1)...].firstIndex(of: UInt8(ascii: "\n"))
        else { throw .damaged }
        let text = bytes[position + 1..<end]
        if text.isEmpty { return nil }
        var reader = RecurringZoneRuleReader(text)
        guard let rule = reader.read() else { throw .damaged }
        return rule
    }

    private func has(_ count: Int) -> Bool { count <= bytes.count - position }

    /// The next bytes as a signed number, the highest first.
    private mutating func readNumber(_ width: Int) -> Int {
        var number = Int(Int8(bitPattern: bytes[position]))
        for byte in bytes[position + 1..<position + width] { number = number << 8 | Int(byte) }
        position += width
        return number
    }
}
