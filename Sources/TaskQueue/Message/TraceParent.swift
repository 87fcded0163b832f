/// The place of a span in a trace as W3C writes it: `00-`, 32 digits, `-`, 16 digits, `-`, 2 digits.
package enum TraceParent {
    /// Of messages, as OpenTelemetry's instrumentation of Celery names it.
    package static let header = "traceparent"

    /// The header of a message that belongs to a trace.
    ///
    /// - Parameter text: as a program finds it in `$TRACEPARENT`; `nil`: the variable is not set.
    /// - Returns: empty if the text is not a place in a trace.
    package static func headers(_ text: String?) -> [String: String] {
        guard let text, isWellFormed(text) else { return [:] }
        return [header: text]
    }

    /// Whether it names a span.
    ///
    /// Digits are lower case, and neither id is zero. A version that is not known yet may have more after
    /// the last digit.
    static func isWellFormed(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count >= 4, zip(parts, [2, 32, 16, 2]).allSatisfy({ $0.count == $1 }),
            parts[..<4].allSatisfy({ $0.allSatisfy(isDigit) })
        else { return false }
        let hasIDs = parts[1...2].allSatisfy { $0.contains { $0 != UInt8(ascii: "0") } }
        let version = String(decoding: parts[0], as: UTF8.self)
        guard hasIDs, version != "ff" else { return false }
        return version == "00"
            ? parts.count == 4 : text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }
}
