import TestSupport

/// Makes JSON documents at random, the same in every run.
struct JSONMaker {
    private static let spaces = ["", "", "", " ", "\n", "\t ", "\r\n"]
    private static let scalars = [
        "null", "true", "false", "0", "-0", "0.1", "1e400", "-1E-7", "NaN", "Infinity", "-Infinity",
        "18446744073709551616", "3.141592653589793238462643", "1e22", "4.9e-324",
        "2.2250738585072011e-308",
    ]
    private static let pieces = [
        "a", "key", "plain text", "\\n", "\\\"", "\\\\", "\\/", "\\u0000", "\\u00E9",
        "\\ud83d\\ude00",
        "\\ud800", "é", "☃", "😀", "\u{7F}", "[", "}", ",", ":", "12345678", "\\u2028", "'",
    ]

    private var random: SeededRandom

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    mutating func document() -> [UInt8] {
        Array((space() + value(depth: 0) + space()).utf8)
    }

    private mutating func space() -> String { random.pick(Self.spaces) }

    private mutating func value(depth: Int) -> String {
        switch random.next(below: depth < 5 ? 8 : 4) {
        case 0: random.pick(Self.scalars)
        case 1: number()
        case 2, 3: string()
        case 4, 5: "[" + items(depth).joined(separator: ",") + space() + "]"
        default:
            "{" + items(depth).map { space() + key() + space() + ":" + $0 }.joined(separator: ",")
                + "}"
        }
    }

    private mutating func items(_ depth: Int) -> [String] {
        var items: [String] = []
        for _ in 0..<random.next(below: 5) {
            items.append(space() + value(depth: depth + 1) + space())
        }
        return items
    }

    private mutating func key() -> String {
        random.next(below: 3) == 0 ? "\"a\"" : string()
    }

    private mutating func string() -> String {
        var text = ""
        for _ in 0..<random.next(below: 7) { text += random.pick(Self.pieces) }
        return "\"\(text)\""
    }

    private mutating func number() -> String {
        let digits = String(random.next()).prefix(1 + random.next(below: 20))
        let fraction = random.next(below: 2) == 0 ? "" : ".\(random.next(below: 1_000_000))"
        let exponent = random.next(below: 4) == 0 ? "e\(random.next(below: 60) - 30)" : ""
        return (random.next(below: 3) == 0 ? "-" : "") + digits + fraction + exponent
    }
}
