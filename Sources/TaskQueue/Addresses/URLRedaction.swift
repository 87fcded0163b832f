/// Hides the passwords of a text that is a URL, or was meant to be one.
///
/// Such a text may be wrong just because of its password, so that nothing can be said of where that
/// ends: rather too much is hidden.
package enum URLRedaction {
    /// The text with `***` in place of all that may be a password; the path of a file has no password.
    package static func redacted(_ text: String) -> String {
        if isPath(text) { return text }
        let bytes = withoutParameters(withoutCredentials(Array(text.utf8)))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether it is `sqlite:`, without another URL behind that by mistake.
    private static func isPath(_ text: String) -> Bool {
        text.begins(with: "sqlite:") && !text.holds("://")
    }

    /// `user:password@`: from the first colon behind the slashes to the last `@`.
    private static func withoutCredentials(_ bytes: [UInt8]) -> [UInt8] {
        let (start, hasSlashes) = authority(of: bytes)
        guard let at = bytes[start...].lastIndex(of: UInt8(ascii: "@")) else {
            return withoutPort(bytes, from: start)
        }
        let names = bytes[start..<at]
        var hidden: Int?
        if let colon = names.firstIndex(of: UInt8(ascii: ":")) { hidden = colon + 1 }
        // Without slashes the scheme may be the user, and with a delimiter no name is one.
        if !hasSlashes || names.contains(where: { "/?#".utf8.contains($0) }) && hidden == nil {
            hidden = start
        }
        guard let hidden else { return bytes }
        return bytes[..<hidden] + Array("***".utf8) + bytes[at...]
    }

    /// A port that is not a number may be a password whose host was forgotten.
    private static func withoutPort(_ bytes: [UInt8], from start: Int) -> [UInt8] {
        let end = bytes[start...].firstIndex { "/?#".utf8.contains($0) } ?? bytes.endIndex
        let place = bytes[start..<end]
        guard place.first != UInt8(ascii: "["), let colon = place.firstIndex(of: UInt8(ascii: ":")),
            !place[(colon + 1)...].allSatisfy({ (0x30...0x39).contains($0) })
        else { return bytes }
        // Several places, as sentinels have them.
        let isList = place.contains(UInt8(ascii: ",")) || place.contains(UInt8(ascii: ";"))
        return isList ? bytes : bytes[...colon] + Array("***".utf8)
    }

    /// Where host and user begin.
    private static func authority(of bytes: [UInt8]) -> (start: Int, hasSlashes: Bool) {
        let slash = UInt8(ascii: "/")
        for index in bytes.indices.dropLast()
        where bytes[index] == slash && bytes[index + 1] == slash {
            return (index + 2, true)
        }
        return ((bytes.firstIndex(of: UInt8(ascii: ":")) ?? -1) + 1, false)
    }

    /// Parameters such as `sentinel_password`: all from the first of them on.
    private static func withoutParameters(_ bytes: [UInt8]) -> [UInt8] {
        guard let question = bytes.firstIndex(of: UInt8(ascii: "?")) else { return bytes }
        var start = question + 1
        while start < bytes.endIndex {
            let end = bytes[start...].firstIndex { "&;".utf8.contains($0) } ?? bytes.endIndex
            let name = bytes[start..<end].prefix { $0 != UInt8(ascii: "=") }
            if isSecret(name), name.count < end - start {
                return bytes[...(start + name.count)] + Array("***".utf8)
            }
            start = end + 1
        }
        return bytes
    }

    private static func isSecret(_ name: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: name, as: UTF8.self).lowercased()
        return ["pass", "pwd", "secret", "token", "auth"].contains {
            text.utf8.firstRange(of: $0.utf8) != nil
        }
    }
}
