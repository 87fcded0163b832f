internal import RedisTransport
internal import TaskQueue

/// The URL of a broker.
enum URLTarget {
    static func read(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        let shown = URLRedaction.redacted(text)
        expect(URLRedaction.redacted(shown) == shown, "a second look hides more")
        guard let url = URLText(text) else { return }
        _ = url.passwordMistake
        guard let address = try? RedisAddress(url) else { return }
        let complete = address.completeURL.flatMap { URLText($0) }
        expect(
            complete == nil || (try? complete.map { try RedisAddress($0) }) == address,
            "the complete URL says something else"
        )
        if let password = address.password, password.utf8.count > 8 {
            expect(!"\(address)".contains(password), "a password is shown")
        }
    }
}
