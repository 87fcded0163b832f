/// Reads `1h30m` as ``DurationText`` describes it.
struct DurationReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The units from the largest down, with their lengths in nanoseconds.
    private static let units: [(name: [UInt8], nanoseconds: Int128)] = [
        (Array("d".utf8), 86_400_000_000_000),
        (Array("h".utf8), 3_600_000_000_000),
        (Array("m".utf8), 60_000_000_000),
        (Array("s".utf8), 1_000_000_000),
        (Array("ms".utf8), 1_000_000),
    ]
    private static let seconds = 3

    /// Nanoseconds; `nil` if the text is not a duration.
    ///
    /// What is far too long comes back as some large number.
    mutating func read() -> Int128? {
        var total: Int128 = 0
        var nextUnit = 0
        repeat {
            guard let whole = readWhole() else { return nil }
            let fraction = readFraction()
            guard let unit = readUnit(isAlone: nextUnit == 0), unit >= nextUnit else { return nil }
            let size = Self.units[unit].nanoseconds
            total += whole * size
            if let fraction {
                guard position == bytes.count else { return nil }
                total += fraction * size / 1_000_000_000
            }
            nextUnit = unit + 1
        } while position < bytes.count
        return total
    }

    /// At least one digit; stops growing at a number that is too large for any unit.
    private mutating func readWhole() -> Int128? {
        var number: Int128 = 0
        let start = position
        while let digit = nextDigit() {
            number = min(number * 10 + digit, 1_000_000_000_000_000_000)
        }
        return position > start ? number : nil
    }

    /// A point and its decimals as billionths; `nil` where there is no point with digits behind it.
    private mutating func readFraction() -> Int128? {
        guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "."),
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position + 1])
        else { return nil }
        position += 1
        var billionths: Int128 = 0
        var scale: Int128 = 100_000_000
        while let digit = nextDigit() {
            billionths += digit * scale
            scale /= 10
        }
        return billionths
    }

    /// The index of the unit that follows; the end is seconds, for a number that stands alone.
    private mutating func readUnit(isAlone: Bool) -> Int? {
        if position == bytes.count { return isAlone ? Self.seconds : nil }
        let start = position
        while position < bytes.count,
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(bytes[position])
        {
            position += 1
        }
        let name = bytes[start..<position]
        return Self.units.firstIndex { $0.name.elementsEqual(name) }
    }

    private mutating func nextDigit() -> Int128? {
        guard position < bytes.count,
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position])
        else { return nil }
        defer { position += 1 }
        return Int128(bytes[position] - UInt8(ascii: "0"))
    }
}
