/// A URL taken apart, its parts percent-decoded.
///
/// By its bytes: a mark that combines with an `@` must not hide it, and the password before it.
package struct URLText: Equatable, Sendable {
    /// In lower case.
    package let scheme: String
    /// Whether `//` follows the scheme.
    package let hasAuthority: Bool
    /// `nil`: the URL names no user, which is not the same as an empty one.
    package let user: String?
    package let password: String?
    /// Without the brackets of an IPv6 address; empty if the URL has no host.
    package let host: String
    package let port: String?
    /// Host and port as they are written, for URLs that name several.
    package let place: String
    /// With its slash; empty if the URL has no path.
    package let path: String
    /// The last of several values of a name.
    package let query: [String: String]
    private let text: String

    /// - Returns: `nil` if the text has no scheme, a `%` without two digits, or a NUL.
    package init?(_ text: String) {
        guard let colon = text.first(":"), colon > text.startIndex else { return nil }
        let scheme = text[..<colon].lowercased()
        guard scheme.utf8.allSatisfy(Self.isSchemeByte) else { return nil }
        var rest = text[text.utf8.index(after: colon)...]
        var authority: Substring = ""
        hasAuthority = rest.begins(with: "//")
        if hasAuthority {
            rest = rest[rest.utf8.index(rest.startIndex, offsetBy: 2)...]
            let end = [rest.first("/"), rest.first("?")].compactMap(\.self).min() ?? rest.endIndex
            authority = rest[..<end]
            rest = rest[end...]
        }
        let parts = rest.pieces(separatedBy: "?", atMost: 2)
        guard let path = Self.decoded(parts[0]) else { return nil }
        guard let query = Self.query(parts.count > 1 ? parts[1] : "") else { return nil }
        let at = authority.last("@")
        let place = at.map { authority[authority.utf8.index(after: $0)...] } ?? authority
        let names = at.map { authority[..<$0].pieces(separatedBy: ":", atMost: 2) }
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
        if place.begins(with: "["), let end = place.first("]") {
            let rest = place[place.utf8.index(after: end)...]
            let port = rest.begins(with: ":") ? String(rest.dropFirst()) : nil
            return (String(place[place.utf8.index(after: place.startIndex)..<end]), port)
        }
        guard let colon = place.last(":") else { return (String(place), nil) }
        return (String(place[..<colon]), String(place[place.utf8.index(after: colon)...]))
    }

    private static func query(_ text: Substring) -> [String: String]? {
        var query: [String: String] = [:]
        for item in text.pieces(separatedBy: "&") where !item.isEmpty {
            let pair = item.pieces(separatedBy: "=", atMost: 2)
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

    /// - Returns: `nil` for a `%` without two digits.
    package static func decoded(_ text: Substring) -> String? {
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
        // The C library would take what is before it for all.
        if bytes.contains(0) { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension URLText {
    /// The URL with `***` in the place of what may be its passwords: for messages.
    package var redacted: String { URLRedaction.redacted(text) }

    /// What is wrong with a URL that seems to hold a password with a character that ends it there, and
    /// how that is written; `nil`: nothing seems to be.
    ///
    /// - Note: only for URLs whose path holds no `@`, as those of servers.
    package var passwordMistake: String? {
        if text.first("#") != nil { return "a # in it is written %23, in a password too" }
        guard hasAuthority, let at = text.last("@"), let colon = text.first(":") else { return nil }
        let rest = text[text.utf8.index(colon, offsetBy: 3)...]
        let question = rest.first("?") ?? rest.endIndex
        let front = rest[..<question]
        if let slash = front.first("/"), let last = front.last("@"), last > slash {
            return "a / in a password is written %2F"
        }
        let isInQuery = at > question && front.first("@") == nil
        // An address in brackets is not a password.
        let mayBePassword = !place.begins(with: "[") && port != nil && UInt16(port ?? "") == nil
        let isNoParameter = query.keys.contains { $0.first("@") != nil }
        return isInQuery && (mayBePassword || isNoParameter)
            ? "a ? in a password is written %3F" : nil
    }
}
