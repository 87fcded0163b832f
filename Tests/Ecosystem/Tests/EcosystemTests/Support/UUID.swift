import Glibc

/// Ids of tasks.
enum UUID {
    /// As Celery makes them: version 4.
    static func random() -> String { text(version: 4, high: .random(in: 0 ... .max)) }

    /// As tq makes them, some time ago: version 7.
    static func made(secondsAgo seconds: UInt64) -> String {
        text(version: 7, high: (UInt64(time(nil)) - seconds) * 1000 << 16)
    }

    private static func text(version: UInt64, high: UInt64) -> String {
        let low = UInt64.random(in: 0 ... .max) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        let digits = hex(high & ~0xF000 | version << 12) + hex(low)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.append(digit)
        }
        return text
    }

    private static func hex(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
