internal import TaskQueue

extension TOMLReader {
    /// An integer or a float; `nil` for anything else, and for an integer beyond 64 bits.
    static func number(_ text: [UInt8]) -> TOMLValue.Content? {
        if text.count > 2, text[0] == UInt8(ascii: "0"), let radix = radix(text[1]) {
            return digits(text[2...], radix: radix)
                .flatMap { Int64($0, radix: radix) }
                .map(TOMLValue.Content.integer)
        }
        let isSigned = text.first == UInt8(ascii: "-") || text.first == UInt8(ascii: "+")
        let sign = text.first == UInt8(ascii: "-") ? "-" : ""
        let rest = text.dropFirst(isSigned ? 1 : 0)
        if rest.elementsEqual("inf".utf8) || rest.elementsEqual("nan".utf8) {
            return Double(sign + String(decoding: rest, as: UTF8.self)).map(TOMLValue.Content.float)
        }
        let wholeEnd = rest.firstIndex(where: isPointOrExponent) ?? rest.endIndex
        guard let whole = digits(rest[..<wholeEnd], radix: 10),
            whole == "0" || !whole.hasPrefix("0")
        else { return nil }
        if wholeEnd == rest.endIndex { return Int64(sign + whole).map(TOMLValue.Content.integer) }
        guard let tail = fractionAndExponent(rest[wholeEnd...]) else { return nil }
        return Double(sign + whole + tail).map(TOMLValue.Content.float)
    }

    /// `.5`, `e-3` or `.5e-3`, without underscores.
    private static func fractionAndExponent(_ text: ArraySlice<UInt8>) -> String? {
        var rest = text
        var result = ""
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            let end = rest.firstIndex { $0 | 0x20 == UInt8(ascii: "e") } ?? rest.endIndex
            guard let fraction = digits(rest[..<end], radix: 10) else { return nil }
            result = "." + fraction
            rest = rest[end...]
        }
        guard let mark = rest.popFirst() else { return result }
        guard mark | 0x20 == UInt8(ascii: "e") else { return nil }
        result += "e"
        if rest.first == UInt8(ascii: "-") { result += "-" }
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") {
            rest = rest.dropFirst()
        }
        guard let exponent = digits(rest, radix: 10) else { return nil }
        return result + exponent
    }

    /// One digit at least, without the underscores, each of which stands between two digits.
    private static func digits(_ text: ArraySlice<UInt8>, radix: Int) -> String? {
        var result: [UInt8] = []
        var mayBreak = false
        for byte in text {
            if byte == UInt8(ascii: "_"), mayBreak {
                mayBreak = false
            } else if let digit = hexadecimalDigit(byte), Int(digit) < radix {
                result.append(byte)
                mayBreak = true
            } else {
                return nil
            }
        }
        return mayBreak ? String(decoding: result, as: UTF8.self) : nil
    }

    private static func radix(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "x"): 16
        case UInt8(ascii: "o"): 8
        case UInt8(ascii: "b"): 2
        default: nil
        }
    }

    private static func isPointOrExponent(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e")
    }
}
