/// Reads one ``CivilDateTime`` from bytes, left to right, without making a string.
struct CivilDateTimeReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// The whole text as one value; `nil` if it is anything else.
    mutating func read() -> CivilDateTime? {
        guard let date = readDate() else { return nil }
        var value = CivilDateTime(date: date)
        if position == bytes.count { return value }
        guard
            take("T") || take("t") || take(" "),
            readTime(into: &value),
            readOffset(into: &value),
            position == bytes.count
        else { return nil }
        return value
    }

    private mutating func readDate() -> CivilDate? {
        guard
            let year = readDigits(4), take("-"),
            let month = readDigits(2), take("-"),
            let day = readDigits(2)
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        return date.isValid ? date : nil
    }

    private mutating func readTime(into value: inout CivilDateTime) -> Bool {
        guard
            let hour = readDigits(2), hour <= 23, take(":"),
            let minute = readDigits(2), minute <= 59
        else { return false }
        value.hour = hour
        value.minute = minute
        guard take(":") else { return true }
        guard let second = readDigits(2), second <= 59 else { return false }
        value.second = second
        guard take(".") || take(",") else { return true }
        guard let microsecond = readFraction() else { return false }
        value.microsecond = microsecond
        return true
    }

    /// At least one digit; those after the sixth are dropped.
    private mutating func readFraction() -> Int? {
        let start = position
        var microsecond = 0
        var scale = 100_000
        while position < bytes.count, let digit = Self.digit(bytes[position]) {
            microsecond += digit * scale
            scale /= 10
            position += 1
        }
        return position > start ? microsecond : nil
    }

    private mutating func readOffset(into value: inout CivilDateTime) -> Bool {
        if position == bytes.count { return true }
        if take("Z") || take("z") {
            value.utcOffset = 0
            return true
        }
        let isWest = take("-")
        guard isWest || take("+"), let hours = readDigits(2), hours <= 23 else { return false }
        var offset = hours * 3_600
        if position < bytes.count {
            let hasColons = take(":")
            guard let minutes = readDigits(2), minutes <= 59 else { return false }
            offset += minutes * 60
            if hasColons, take(":") {
                guard let seconds = readDigits(2), seconds <= 59 else { return false }
                offset += seconds
            }
        }
        value.utcOffset = isWest ? -offset : offset
        return true
    }

    /// Exactly `count` decimal digits.
    private mutating func readDigits(_ count: Int) -> Int? {
        guard position + count <= bytes.count else { return nil }
        var number = 0
        for index in position..<position + count {
            guard let digit = Self.digit(bytes[index]) else { return nil }
            number = number * 10 + digit
        }
        position += count
        return number
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else {
            return false
        }
        position += 1
        return true
    }

    private static func digit(_ byte: UInt8) -> Int? {
        let value = byte &- UInt8(ascii: "0")
        return value <= 9 ? Int(value) : nil
    }
}
