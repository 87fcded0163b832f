internal import Glibc

/// A connection to the broker that is made again when it is lost: a server that restarts, or hands over
/// to another, is back in a moment.
package struct SendingConnection {
    private let connect: (Duration) throws(BrokerError) -> any Broker
    private let limit: Duration
    /// Called when a file is no longer the one that earlier messages went to.
    private let onFileChange: (BrokerError) -> Void
    private let end: Instant?
    private let forget: (([TaskID]) throws(BrokerError) -> Void)?
    /// `nil`: it was lost.
    private var broker: (any Broker)?
    /// How many of the messages that were not accepted by the last call may be stored all the same.
    private var begun = 0
    /// Whether the last ``run(sends:_:)`` failed while a request was under way: it may have been carried out.
    package private(set) var isUncertain = false

    /// Connects when it is first used.
    ///
    /// - Parameters:
    ///   - limit: how long to try, and to try again when the connection is lost.
    ///   - end: when nobody waits any more; `nil`: as long as it takes.
    ///   - onFileChange: called if the broker's file was removed or replaced: earlier messages are in the
    ///     old one, later ones go into the new one.
    ///   - forget: deletes the results of earlier tasks whose ids are sent again; `nil`: results are where the
    ///     tasks are, and the broker does it as it sends.
    ///   - connect: makes a connection, in the time that it is given.
    package init(
        within limit: Duration,
        until end: Instant? = nil,
        onFileChange: @escaping (BrokerError) -> Void = { _ in },
        forgetting forget: (([TaskID]) throws(BrokerError) -> Void)? = nil,
        _ connect: @escaping (Duration) throws(BrokerError) -> any Broker
    ) {
        self.limit = limit
        self.end = end
        self.onFileChange = onFileChange
        self.forget = forget
        self.connect = connect
    }

    /// Connects, if it is not connected.
    ///
    /// - Throws: ``BrokerError``.
    package mutating func open() throws(BrokerError) {
        try run { _, _ throws(BrokerError) in }
    }

    /// Carries out a request, over new connections if need be.
    ///
    /// - Parameters:
    ///   - sends: whether it would do harm a second time: it is not made again then, where the broker can tell
    ///     neither what it has done (``RepeatableSending``) nor what it has not (``ConfirmedSending``).
    ///   - request: is told whether it was tried before.
    /// - Returns: what the request returns.
    /// - Throws: ``BrokerError`` if trying again is of no use, or the time is over.
    package mutating func run<Value>(
        sends: Bool = false,
        _ request: (any Broker, _ isRepeated: Bool) throws(BrokerError) -> Value
    ) throws(BrokerError) -> Value {
        let start = Instant.now
        var deadline: Instant?
        var earlier: BrokerError?
        var delay = ReconnectDelay(first: .milliseconds(20), longest: .milliseconds(400))
        isUncertain = false
        while true {
            do throws(BrokerError) { return try attempt(request, until: deadline) } catch {
                let mayRepeat =
                    broker.map { $0.repeatableSending != nil || $0.confirmedSending != nil } ?? true
                // One that tells when there is room again is kept.
                if case .noRoom = error {} else { broker = nil }
                // For a lost connection, the time begins with its loss.
                let last = deadline ?? (Self.wasThere(error) ? .now : start) + limit
                let end = min(last, self.end ?? last)
                deadline = end
                guard error.mayPass, mayRepeat || !sends || !isUncertain else { throw error }
                // The last attempt may have failed for want of time alone.
                if let earlier, Instant.now >= end { throw earlier }
                earlier = error
                if case .fileChanged = error { onFileChange(error) }
                let pause = delay.next()
                guard Instant.now + pause < end else { throw error }
                usleep(UInt32(clamping: pause.microseconds))
            }
        }
    }

    private mutating func attempt<Value>(
        _ request: (any Broker, _ isRepeated: Bool) throws(BrokerError) -> Value,
        until deadline: Instant?
    ) throws(BrokerError) -> Value {
        let open: any Broker
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
        switch error {
        case .connectionLost, .fileChanged: true
        default: false
        }
    }
}

// MARK: - Sending

extension SendingConnection {
    /// Sends the first of some messages: as many as go in one call, with keys or without.
    ///
    /// - Parameter messages: at least one; what ``RepeatableSending`` says of them holds here too.
    /// - Returns: for each message that was accepted, from the first on, the task that holds its key, `nil` if
    ///   it was sent itself; and what went wrong with the next.
    package mutating func sendFirst(
        of messages: ArraySlice<OutgoingMessage>
    ) -> (holders: [TaskID?], failure: BrokerError?) {
        let hasKey = messages.first?.unique != nil
        let run = Array(messages.prefix { ($0.unique != nil) == hasKey })
        let named = run.filter { $0.sending != nil }.map(\.id)
        if let forget, !named.isEmpty {
            do throws(BrokerError) { try forget(named) } catch { return ([], error) }
        }
        return hasKey ? sendUnlessHeld(run) : sendOnce(run)
    }

    private mutating func sendOnce(
        _ messages: [OutgoingMessage]
    ) -> (holders: [TaskID?], failure: BrokerError?) {
        // Behind those that are accepted there are others that may be stored.
        var (accepted, begun) = (0, self.begun)
        var failure: BrokerError?
        do throws(BrokerError) {
            try run(sends: true) { broker, _ throws(BrokerError) in
                let rest = Array(messages[accepted...])
                if let sender = broker.repeatableSending {
                    try sender.sendOnce(rest) { accepted += $0 }
                } else if let sender = broker.confirmedSending {
                    let sentBefore = begun
                    try sender.sendConfirmed(rest, sentBefore: sentBefore) { stored, started in
                        accepted += stored
                        begun = max(sentBefore, started) - stored
                    }
                } else {
                    try broker.send(rest)
                    accepted += rest.count
                }
            }
        } catch {
            failure = error
            if case .noRoom = error { isUncertain = begun > 0 }
        }
        self.begun = begun
        return (Array(repeating: nil, count: accepted), failure)
    }

    private mutating func sendUnlessHeld(
        _ messages: [OutgoingMessage]
    ) -> (holders: [TaskID?], failure: BrokerError?) {
        do throws(BrokerError) {
            return (
                try run { broker, isRepeated throws(BrokerError) in
                    try broker.requiring(.uniqueSending)
                        .sendUnlessHeld(messages, isRepeated: isRepeated)
                }, nil
            )
        } catch {
            return ([], error)
        }
    }
}
