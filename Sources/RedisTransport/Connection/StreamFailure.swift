/// Why a connection could not be made or broke: a clause for ``BrokerError``.
struct StreamFailure: Error {
    static let timedOut = StreamFailure("no answer in time")

    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}
