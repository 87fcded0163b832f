/// SHA-1 (RFC 3174), for names only: it is no longer safe where others can choose the text to their
/// advantage.
package enum SHA1 {
    /// The 20 bytes.
    package static func digest(_ text: some Collection<UInt8>) -> [UInt8] {
        var state: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
        let padded = padding(text)
        for start in stride(from: 0, to: padded.count, by: 64) {
            mix(padded[start..<(start + 64)], into: &state)
        }
        return state.flatMap { word in (0..<4).map { UInt8(word >> (24 - 8 * $0) & 0xFF) } }
    }

    /// The 40 digits of the digest, in lower case.
    package static func hex(_ text: some Collection<UInt8>) -> String {
        let digest = digest(text)
        return stride(from: 0, to: digest.count, by: 4)
            .map { UUIDText.hex(number(digest[$0..<($0 + 4)]), digits: 8) }.joined()
    }

    /// The first 16 digits of the digest, in lower case.
    package static func shortText(_ text: some StringProtocol) -> String {
        UUIDText.hex(number(digest(Array(text.utf8)).prefix(8)), digits: 16)
    }

    /// The number of up to eight bytes, the highest first.
    package static func number(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The text, a 1 bit, as many zeros as are needed, and its length in bits in 64 bits.
    private static func padding(_ text: some Collection<UInt8>) -> [UInt8] {
        var bytes = Array(text)
        let length = UInt64(bytes.count) * 8
        bytes.append(0x80)
        while bytes.count % 64 != 56 { bytes.append(0) }
        return bytes + (0..<8).map { UInt8(length >> (56 - 8 * $0) & 0xFF) }
    }

    private static func mix(_ block: ArraySlice<UInt8>, into state: inout [UInt32]) {
        var words = stride(from: block.startIndex, to: block.endIndex, by: 4).map {
            UInt32(number(block[$0..<($0 + 4)]))
        }
        for index in 16..<80 {
            let word = words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16]
            words.append(rotated(word, by: 1))
        }
        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
        for index in 0..<80 {
            let (choice, constant) = round(index, b, c, d)
            let next = rotated(a, by: 5) &+ choice &+ e &+ constant &+ words[index]
            (a, b, c, d, e) = (next, a, rotated(b, by: 30), c, d)
        }
        for (index, value) in [a, b, c, d, e].enumerated() { state[index] &+= value }
    }

    private static func round(
        _ index: Int,
        _ b: UInt32,
        _ c: UInt32,
        _ d: UInt32
    ) -> (choice: UInt32, constant: UInt32) {
        switch index {
        case ..<20: (b & c | ~b & d, 0x5A82_7999)
        case ..<40: (b ^ c ^ d, 0x6ED9_EBA1)
        case ..<60: (b & c | b & d | c & d, 0x8F1B_BCDC)
        default: (b ^ c ^ d, 0xCA62_C1D6)
        }
    }

    private static func rotated(_ word: UInt32, by bits: UInt32) -> UInt32 {
        word << bits | word >> (32 - bits)
    }
}
