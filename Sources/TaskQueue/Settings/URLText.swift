/// A URL taken apart, its parts percent-decoded.
package struct URLText: Equatable, Sendable {
    /// In lower case.
    package let scheme: String
    /// `nil`: the URL names none, which is not the same as an empty one.
    package let user: String?
    package let password: String?
    /// Without the brackets of an IPv6 address; empty if there is none.
    package let host: String
    package let port: String?
    /// Host and port as they are written, for URLs that name several.
    package let place: String
    /// With its slash; empty if there is none.
    package let path: String
    /// The last of several values of a name.
    package let query: [String: String]
    private let text: String

    /// - Returns: `nil` if the text has no scheme, or a `%` without two digits.
    package init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":"), colon > text.startIndex else { return nil }
        let scheme = text[..<colon].lowercased()
        guard scheme.utf8.allSatisfy(Self.isSchemeByte) else { return nil }
        var rest = text[text.index(after: colon)...]
        var authority: Substring = ""
        if rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
            let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
            authority = rest[..<end]
            rest = rest[end...]
        }
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = Self.decoded(parts.first ?? "") else { return nil }
        guard let query = Self.query(parts.count > 1 ? parts[1] : "") else { return nil }
        let at = authority.lastIndex(of: "@")
        let credentials = at.map { authority[..<$0] }
        let place = at.map { authority[authority.index(after: $0)...] } ?? authority
        let names = credentials?.split(
            separator: ":",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        guard let names = Self.decoded(names ?? []) else { return nil }
        let (host, port) = Self.hostAndPort(place)
        self.scheme = scheme
        user = names.first
        password = names.count > 1 ? names[1] : nil
        self.host = host
        self.port = port
        self.place = String(place)
        self.path = path
        self.query = query
        self.text = text
    }

    private static func isSchemeByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// Takes `host`, `host:port` or `[address]:port` apart.
    package static func hostAndPort(
        _ place: Substring
    ) -> (host: String, port: String?) {
        if place.hasPrefix("["), let end = place.firstIndex(of: "]") {
            let rest = place[place.index(after: end)...]
            let port = rest.hasPrefix(":") ? String(rest.dropFirst()) : nil
            return (String(place[place.index(after: place.startIndex)..<end]), port)
        }
        guard let colon = place.lastIndex(of: ":") else { return (String(place), nil) }
        return (String(place[..<colon]), String(place[place.index(after: colon)...]))
    }

    private static func query(_ text: Substring) -> [String: String]? {
        var query: [String: String] = [:]
        for item in text.split(separator: "&") {
            let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let decoded = decoded(pair) else { return nil }
            query[decoded[0]] = decoded.count > 1 ? decoded[1] : ""
        }
        return query
    }

    private static func decoded(_ parts: [Substring]) -> [String]? {
        var texts: [String] = []
        for part in parts {
            guard let text = decoded(part) else { return nil }
            texts.append(text)
        }
        return texts
    }

    private static func decoded(_ text: Substring) -> String? {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(JSONString.hexValue),
                let low = rest.popFirst().flatMap(JSONString.hexValue)
            else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The URL with `***` in the place of its password, and of those in its parameters: for messages.
    package var redacted: String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "//")?.upperBound {
            result += rest[..<start]
            rest = rest[start...]
            let authority = rest.prefix { $0 != "/" && $0 != "?" }
            guard let at = authority.lastIndex(of: "@"),
                let colon = authority[..<at].firstIndex(of: ":")
            else { continue }
            result += rest[...colon] + "***"
            rest = rest[at...]
        }
        return Self.withoutPasswords(parameters: result + rest)
    }

    private static func withoutPasswords(parameters text: String) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "password=")?.upperBound {
            result += rest[..<start] + "***"
            rest = rest[start...].drop { $0 != "&" && $0 != ";" }
        }
        return result + rest
    }
}
