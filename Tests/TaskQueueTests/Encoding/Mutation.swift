import TestSupport

/// Bytes a few changes away from good ones.
struct Mutation {
    private static let telling = Array("\"\\{}[]:,0123456789-+.eEutfnNI/ \u{0}\u{1F}\n\u{7F}é".utf8)

    private var random: SeededRandom

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    /// A variant of `bytes` with one to four changes.
    mutating func variant(of bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...random.next(below: 4) {
            let place = random.next(below: bytes.count + 1)
            switch random.next(below: 5) {
            case 0 where place < bytes.count: bytes.remove(at: place)
            case 1 where place < bytes.count: bytes[place] = random.pick(Self.telling)
            case 2 where place < bytes.count: bytes[place] ^= 1 << UInt8(random.next(below: 8))
            case 3 where place < bytes.count: bytes.removeSubrange(place..<end(from: place, bytes))
            default: bytes.insert(random.pick(Self.telling), at: place)
            }
        }
        return bytes
    }

    private mutating func end(from place: Int, _ bytes: [UInt8]) -> Int {
        min(place + random.next(below: 12), bytes.count)
    }
}
