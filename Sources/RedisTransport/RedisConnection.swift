internal import Glibc
internal import TaskQueue

/// One connection to a Redis server, whose calls wait.
///
/// It belongs to one thread. Once it has failed, all calls fail: answers could not be told apart any more.
final class RedisConnection {
    /// Of the memory for what is sent, which is kept between two commands.
    private static let largestKeptOutput = 256 << 10

    let address: RedisAddress
    private let stream: any RedisStream
    private let reader = ReplyReader()
    /// What is to be sent.
    private var output: [UInt8] = []
    private let timeout: Duration
    private let replyTimeout: Duration
    /// When we have to be let in.
    private let greetingDeadline: ContinuousClock.Instant
    private var isGreeting = false
    private var hasAnswered = false
    private var failure: BrokerError?

    /// Connects, authenticates and chooses the database.
    ///
    /// It waits for the server's word on both: commands sent along with them would be run all the same,
    /// as another user or in database 0.
    ///
    /// - Parameters:
    ///   - address: of the server, with the credentials.
    ///   - timeout: for all of this; later, for the first answer.
    ///   - replyTimeout: how long a server that has answered before may take for an answer.
    /// - Throws: ``BrokerError/unreachable(url:reason:)``,
    ///   ``BrokerError/refusedCredentials(url:reason:)``, or ``BrokerError/unusable(url:reason:)`` for a
    ///   database that is not there.
    init(
        _ address: RedisAddress,
        timeout: Duration,
        replyTimeout: Duration = .seconds(30)
    ) throws(BrokerError) {
        self.address = address
        self.timeout = timeout
        self.replyTimeout = replyTimeout
        greetingDeadline = .now + timeout
        do throws(StreamFailure) {
            stream = try address.endpoint.connect(until: greetingDeadline)
        } catch {
            throw .unreachable(url: "\(address)", reason: error.reason)
        }
        let greetings = greetings
        guard !greetings.isEmpty else { return }
        isGreeting = true
        _ = try run(greetings)
        isGreeting = false
    }

    /// Becomes readable when an answer comes, unless ``hasBufferedReply``.
    var descriptor: Int32 { stream.descriptor }

    /// Whether bytes of further answers have been read already: the descriptor tells nothing of them.
    var hasBufferedReply: Bool { reader.hasBytes || stream.hasPendingInput }

    /// Whether an answer has begun to come by the deadline.
    func isReadable(until deadline: ContinuousClock.Instant) -> Bool {
        hasBufferedReply || Socket.wait(descriptor, for: POLLIN, until: deadline)
    }

    /// Adds a command to those that the next ``flush()`` or ``reply()`` sends.
    func append(_ command: RedisCommand) {
        command.write(to: &output)
    }

    /// Sends what was added, without waiting for answers.
    func flush() throws(BrokerError) {
        guard !output.isEmpty else { return }
        if let failure { throw failure }
        do throws(StreamFailure) { try send() } catch {
            try throwLastWords()
            throw lost(error)
        }
        if output.capacity > Self.largestKeptOutput {
            output = []
        } else {
            output.removeAll(keepingCapacity: true)
        }
    }

    /// The answer to the oldest command that has none yet.
    ///
    /// An error of the server is an answer.
    func reply() throws(BrokerError) -> RedisReply {
        if let failure { throw failure }
        do throws(StreamFailure) {
            if let reply = try reader.next() { return reply }
        } catch {
            throw lost(error)
        }
        try flush()
        do throws(StreamFailure) { return try receive() } catch { throw lost(error) }
    }

    /// Runs commands in one round trip.
    ///
    /// - Returns: an answer each, in their order.
    /// - Throws: ``BrokerError`` for the first of them that the server refused.
    func run(_ commands: [RedisCommand]) throws(BrokerError) -> [RedisReply] {
        for command in commands { append(command) }
        return try replies(to: commands.count)
    }

    /// Waits for the answers to the oldest commands that have none yet.
    ///
    /// - Returns: an answer each, in their order.
    /// - Throws: ``BrokerError`` for the first of them that the server refused.
    func replies(to count: Int) throws(BrokerError) -> [RedisReply] {
        var replies: [RedisReply] = []
        var refusal: BrokerError?
        for _ in 0..<count {
            do throws(BrokerError) {
                let reply = try reply()
                replies.append(reply)
                _ = try checked(reply)
            } catch {
                // A server that refuses may hang up afterwards.
                refusal = refusal ?? error
                if failure != nil { break }
            }
        }
        if let refusal { throw refusal }
        return replies
    }

    func run(_ command: RedisCommand) throws(BrokerError) -> RedisReply {
        append(command)
        return try checked(try reply())
    }

    /// - Throws: ``BrokerError`` if the answer is an error.
    func checked(_ reply: RedisReply) throws(BrokerError) -> RedisReply {
        guard case .error(let text) = reply else { return reply }
        throw RedisRefusal.error(text, url: "\(address)")
    }

    private var greetings: [RedisCommand] {
        var commands: [RedisCommand] = []
        if let password = address.password {
            let command = RedisCommand("AUTH")
            commands.append(
                address.user.map { command.adding($0, password) } ?? command.adding(password)
            )
        }
        if address.database != 0 {
            commands.append(RedisCommand("SELECT").adding(String(address.database)))
        }
        return commands
    }

    private func lost(_ cause: StreamFailure) -> BrokerError {
        let url = "\(address)"
        let failure: BrokerError =
            hasAnswered
            ? .connectionLost(url: url, reason: cause.reason)
            : .unreachable(url: url, reason: cause.reason)
        self.failure = failure
        return failure
    }

    /// A server that closes a connection may have said why, which stands before its end.
    ///
    /// - Throws: ``BrokerError`` for that.
    private func throwLastWords() throws(BrokerError) {
        guard isReadable(until: .now), let reply = try? receive(Patience(until: .now)) else {
            return
        }
        do throws(BrokerError) { _ = try checked(reply) } catch {
            failure = error
            throw error
        }
    }
}

// MARK: - Bytes

extension RedisConnection {
    private func send() throws(StreamFailure) {
        var patience = patience
        var sent = 0
        while sent < output.count {
            let step = output.withUnsafeBytes { [stream] bytes in
                stream.write(UnsafeRawBufferPointer(rebasing: bytes[sent...]))
            }
            sent += try finish(step, &patience)
        }
    }

    private func receive() throws(StreamFailure) -> RedisReply {
        let reply = try receive(patience)
        hasAnswered = true
        return reply
    }

    /// Waits for an answer of which not all has been read.
    private func receive(_ patience: Patience) throws(StreamFailure) -> RedisReply {
        var patience = patience
        while true {
            if !stream.hasPendingInput { try wait(for: POLLIN, patience) }
            let step = stream.read(into: reader.input)
            if case .moved(let count) = step { reader.feed(count) }
            guard try finish(step, &patience) > 0 else { continue }
            if let reply = try reader.next() { return reply }
        }
    }

    /// Waits until a step can be repeated, if it could do nothing.
    ///
    /// - Returns: how many bytes it has moved.
    private func finish(
        _ step: StreamStep,
        _ patience: inout Patience
    ) throws(StreamFailure) -> Int {
        switch step {
        case .moved(let count):
            patience.note(count)
            return count
        case .needsInput: try wait(for: POLLIN, patience)
        case .needsOutput: try wait(for: POLLOUT, patience)
        case .ended: throw StreamFailure("the server closed the connection")
        case .failed(let reason): throw StreamFailure(reason)
        }
        return 0
    }

    private func wait(for events: Int32, _ patience: Patience) throws(StreamFailure) {
        guard Socket.wait(descriptor, for: events, until: patience.deadline) else {
            throw .timedOut
        }
    }

    private var patience: Patience {
        isGreeting
            ? Patience(until: greetingDeadline) : Patience(hasAnswered ? replyTimeout : timeout)
    }
}
