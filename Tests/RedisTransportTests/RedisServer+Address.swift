import RedisTransport
import TaskQueue
import TestSupport
import Testing

extension RedisServer {
    /// Where it is, as ``RedisTransport`` wants it.
    func address(database: Int = 0) throws -> RedisAddress {
        try .reading("\(url)/\(database)")
    }

    /// Connects a worker.
    func broker(
        _ worker: String = "worker",
        resultLifetime: Duration? = nil
    ) throws -> RedisBroker {
        try RedisBroker(
            address(),
            worker: worker,
            timeout: .seconds(30),
            resultLifetime: resultLifetime
        )
    }

    /// Connects a reader of results.
    func results(lifetime: Duration? = nil) throws -> RedisResultBackend {
        try RedisResultBackend(address(), timeout: .seconds(30), resultLifetime: lifetime)
    }
}

extension RepeatableSending {
    /// Sends for who tries again, and does not ask how far it has come.
    func sendOnce(_ messages: [OutgoingMessage]) throws(BrokerError) {
        try sendOnce(messages) { _ in }
    }
}

extension RedisAddress {
    /// The address that a URL names.
    static func reading(_ url: String) throws -> RedisAddress {
        try RedisAddress(try #require(URLText(url)))
    }
}
