import Hummingbird

/// How long a client will wait: `20s`, or `20`.
struct Wait {
    static let none = Wait(duration: .zero)

    let duration: Duration

    private init(duration: Duration) {
        self.duration = duration
    }

    /// - Throws: `HTTPError` for what is no number of seconds, from 0 to 60.
    init(_ text: Substring) throws(HTTPError) {
        let digits = text.hasSuffix("s") ? text.dropLast() : text
        guard let seconds = Int(digits), (0...60).contains(seconds) else {
            throw HTTPError(.badRequest, message: "wait is 0s to 60s, not \(text)")
        }
        duration = .seconds(seconds)
    }
}
