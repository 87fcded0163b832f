import Glibc
import TaskQueue

/// A connection to the broker that is made again when it is lost: a server that restarts, or hands over
/// to another, is back in a moment.
struct SendingConnection {
    typealias SendingBroker = any CountingBroker & RepeatableSending & UniqueSending

    private let connect: (Duration) throws(BrokerError) -> SendingBroker
    private let limit: Duration
    /// `nil`: it was lost.
    private var broker: SendingBroker?
    /// Whether the last ``run(_:)`` failed while a request was under way: it may have been carried out.
    private(set) var isUncertain = false

    /// Connects.
    ///
    /// - Parameters:
    ///   - limit: how long to try, and to try again when the connection is lost.
    ///   - connect: makes a connection; it is given the time that there is for it.
    /// - Throws: ``BrokerError``.
    init(
        within limit: Duration,
        _ connect: @escaping (Duration) throws(BrokerError) -> SendingBroker
    ) throws(BrokerError) {
        self.limit = limit
        self.connect = connect
        try run { _, _ throws(BrokerError) in }
    }

    /// Carries out a request, again over new connections if need be.
    ///
    /// - Parameter request: is told whether it was tried before.
    /// - Returns: what the request returns.
    /// - Throws: ``BrokerError`` if that is of no use, or the time is over.
    mutating func run<Value>(
        _ request: (SendingBroker, _ isRepeated: Bool) throws(BrokerError) -> Value
    ) throws(BrokerError) -> Value {
        let start = ContinuousClock.now
        var deadline: ContinuousClock.Instant?
        var delay = ReconnectDelay(first: .milliseconds(20), longest: .milliseconds(400))
        isUncertain = false
        while true {
            do throws(BrokerError) { return try attempt(request, until: deadline) } catch {
                broker = nil
                // The time of a connection that was there begins with its loss.
                let end = deadline ?? (Self.wasThere(error) ? .now : start) + limit
                deadline = end
                guard error.mayPass else { throw error }
                let pause = delay.next()
                guard ContinuousClock.now + pause < end else { throw error }
                usleep(UInt32(clamping: pause.microseconds))
            }
        }
    }

    private mutating func attempt<Value>(
        _ request: (SendingBroker, _ isRepeated: Bool) throws(BrokerError) -> Value,
        until deadline: ContinuousClock.Instant?
    ) throws(BrokerError) -> Value {
        let open: SendingBroker
        if let broker {
            open = broker
        } else {
            open = try connect(deadline.map { max($0 - .now, .milliseconds(1)) } ?? limit)
            broker = open
        }
        do throws(BrokerError) {
            let value = try request(open, isUncertain)
            isUncertain = false
            return value
        } catch {
            switch error {
            case .connectionLost, .unreachable: isUncertain = true
            default: break
            }
            throw error
        }
    }

    private static func wasThere(_ error: BrokerError) -> Bool {
        if case .connectionLost = error { true } else { false }
    }
}
