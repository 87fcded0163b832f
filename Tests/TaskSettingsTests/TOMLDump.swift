import TaskQueue
import TaskSettings

/// A TOML document as one line, such as the Python program of ``TOMLAgreementTests`` prints it.
enum TOMLDump {
    static func dump(_ table: TOMLTable) -> String {
        "{" + table.entries.map { hex($0.key) + "=" + dump($0.value) }.joined(separator: ",") + "}"
    }

    private static func dump(_ value: TOMLValue) -> String {
        switch value.content {
        case .string(let text): "s" + hex(text)
        case .integer(let number): "i\(number)"
        case .float(let number): number.isNaN ? "fnan" : "f" + String(number.bitPattern, radix: 16)
        case .boolean(let isTrue): isTrue ? "true" : "false"
        case .dateTime(let text): "d" + isoformat(text)
        case .array(let values): "[" + values.map(dump).joined(separator: ",") + "]"
        case .table(let table): dump(table)
        }
    }

    /// The same time as Python writes it: `T`, an offset in digits, no fraction or six digits of
    /// it.
    private static func isoformat(_ text: String) -> String {
        var text = text.uppercased().replacing(" ", with: "T").replacing("Z", with: "+00:00")
        guard let point = text.firstIndex(of: ".") else { return text }
        let end = text[point...].dropFirst().firstIndex { !$0.isNumber } ?? text.endIndex
        let digits = (text[point..<end].dropFirst() + "000000").prefix(6)
        text.replaceSubrange(point..<end, with: digits == "000000" ? "" : "." + digits)
        return text
    }

    static func hex(_ text: String) -> String {
        hex(Array(text.utf8))
    }

    static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
