/// Documents a few bytes away from good ones, the same in every run.
struct TOMLMutation {
    private var state: UInt64 = 0x2545_F491_4F6C_DD1D

    /// A variant of `document` with one to three changes.
    mutating func variant(of document: String) -> [UInt8] {
        var bytes = Array(document.utf8)
        for _ in 0...next(below: 3) {
            let place = next(below: bytes.count + 1)
            switch next(below: 4) {
            case 0 where place < bytes.count: bytes.remove(at: place)
            case 1 where place < bytes.count: bytes[place] = byte()
            case 2 where place < bytes.count: bytes.insert(bytes[place], at: place)
            default: bytes.insert(byte(), at: place)
            }
        }
        return bytes
    }

    private mutating func byte() -> UInt8 {
        let telling = Array("\"'\\[]{}=.,#+-_:eExobuTZ0129 \t\r\na\u{1}é".utf8)
        return telling[next(below: telling.count)]
    }

    /// Marsaglia's xorshift64.
    private mutating func next(below limit: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state >> 11) % limit
    }
}
