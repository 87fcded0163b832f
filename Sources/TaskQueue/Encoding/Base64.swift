/// Base64 with padding (RFC 4648, section 4), as Kombu wraps bodies.
package enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
    )

    /// The six bits of each letter; 255 for any other byte.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()

    package static func append(_ data: some Collection<UInt8>, to text: inout [UInt8]) {
        let written: Void? = data.withContiguousStorageIfAvailable { append($0, to: &text) }
        if written == nil { Array(data).withUnsafeBufferPointer { append($0, to: &text) } }
    }

    private static func append(_ data: UnsafeBufferPointer<UInt8>, to text: inout [UInt8]) {
        let start = text.count
        text.append(contentsOf: repeatElement(UInt8(ascii: "="), count: (data.count + 2) / 3 * 4))
        text.withUnsafeMutableBufferPointer { text in
            alphabet.withUnsafeBufferPointer { letters in
                var position = start
                var index = 0
                while index + 3 <= data.count {
                    let bits =
                        Int(data[index]) << 16 | Int(data[index + 1]) << 8 | Int(data[index + 2])
                    text[position] = letters[bits >> 18]
                    text[position + 1] = letters[bits >> 12 & 63]
                    text[position + 2] = letters[bits >> 6 & 63]
                    text[position + 3] = letters[bits & 63]
                    position += 4
                    index += 3
                }
                let left = data.count - index
                guard left > 0 else { return }
                let bits = Int(data[index]) << 16 | (left > 1 ? Int(data[index + 1]) << 8 : 0)
                text[position] = letters[bits >> 18]
                text[position + 1] = letters[bits >> 12 & 63]
                if left > 1 { text[position + 2] = letters[bits >> 6 & 63] }
            }
        }
    }

    /// The bytes that a text spells; `nil` if it is not base64.
    ///
    /// Line breaks are passed over, as by Python's `b64decode`, which Kombu uses.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        text.withContiguousStorageIfAvailable(decode) ?? Array(text).withUnsafeBufferPointer(decode)
    }

    private static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var isDecoded = true
        let data = [UInt8](unsafeUninitializedCapacity: text.count / 4 * 3 + 3) { data, count in
            let plain = decodePlain(text, into: data)
            count = plain / 4 * 3
            let rest = UnsafeBufferPointer(rebasing: text[plain...])
            isDecoded = decodeRest(rest, into: data, &count)
        }
        return isDecoded ? data : nil
    }

    /// Decodes four letters at a time, as long as there is nothing but letters.
    ///
    /// - Returns: how many letters it has decoded.
    private static func decodePlain(
        _ text: UnsafeBufferPointer<UInt8>,
        into data: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        values.withUnsafeBufferPointer { values in
            var position = 0
            var written = 0
            while position &+ 4 <= text.count {
                let first = UInt32(values[Int(text[position])])
                let second = UInt32(values[Int(text[position &+ 1])])
                let third = UInt32(values[Int(text[position &+ 2])])
                let fourth = UInt32(values[Int(text[position &+ 3])])
                guard first | second | third | fourth < 64 else { break }
                let bits = first << 18 | second << 12 | third << 6 | fourth
                data[written] = UInt8(truncatingIfNeeded: bits >> 16)
                data[written &+ 1] = UInt8(truncatingIfNeeded: bits >> 8)
                data[written &+ 2] = UInt8(truncatingIfNeeded: bits)
                position &+= 4
                written &+= 3
            }
            return position
        }
    }

    /// Decodes what is left: letters with line breaks between them, and padding.
    ///
    /// - Returns: whether it is base64.
    private static func decodeRest(
        _ text: UnsafeBufferPointer<UInt8>,
        into data: UnsafeMutableBufferPointer<UInt8>,
        _ count: inout Int
    ) -> Bool {
        var bits: UInt32 = 0
        var letters = 0
        var padding = 0
        func append(_ byte: UInt32) {
            data[count] = UInt8(truncatingIfNeeded: byte)
            count += 1
        }
        for letter in text {
            if letter == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            if letter == 0x0A || letter == 0x0D { continue }
            let value = values[Int(letter)]
            guard value < 64, padding == 0 else { return false }
            bits = bits << 6 | UInt32(value)
            letters += 1
            if letters & 3 == 0 {
                append(bits >> 16)
                append(bits >> 8)
                append(bits)
            }
        }
        guard (letters + padding) & 3 == 0, padding <= 2 else { return false }
        switch letters & 3 {
        case 2: append(bits >> 4)
        case 3:
            append(bits >> 10)
            append(bits >> 2)
        default: break
        }
        return true
    }
}
