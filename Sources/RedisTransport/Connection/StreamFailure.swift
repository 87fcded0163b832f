/// Why a connection could not be made or broke: a clause for ``BrokerError``.
package struct StreamFailure: Error, Equatable {
    static let timedOut = StreamFailure("no answer in time")
    static let hungUp = StreamFailure("the server closed the connection")

    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}
