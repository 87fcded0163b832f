/// Where in its script an error occurred, as Redis 7 reports it.
///
/// At the end of the error: `script: DIGEST, on @user_script:LINE.`
struct ScriptTrace {
    private static let mark = "@user_script:"
    /// From 1; `nil`: the error does not say.
    private let line: Int?

    init(_ error: String) {
        line = error.firstRange(of: Self.mark).flatMap { range in
            Int(error[range.upperBound...].prefix { $0.isNumber })
        }
    }

    /// The error without that part.
    static func message(_ error: String) -> String {
        String(error[..<(error.firstRange(of: " script: ")?.lowerBound ?? error.endIndex)])
    }

    /// The command on that line of the script.
    func command(in script: ScriptText) -> String? {
        guard let line else { return nil }
        let lines = script.bytes.split(
            separator: UInt8(ascii: "\n"),
            omittingEmptySubsequences: false
        )
        guard lines.indices.contains(line - 1) else { return nil }
        let text = String(decoding: lines[line - 1], as: UTF8.self)
        guard let start = text.firstRange(of: "call('") else { return nil }
        return String(text[start.upperBound...].prefix { $0 != "'" })
    }
}
