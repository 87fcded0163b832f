internal import Glibc
internal import TaskQueue

/// One blocking connection to a Redis server.
///
/// It belongs to one thread. Once it has failed, all calls fail: answers could no longer be told apart.
final class RedisConnection {
    /// The most memory for output that is kept between two commands.
    private static let largestKeptOutput = 256 << 10

    /// Of the server, also where the sentinels of its group were asked for it.
    let address: RedisAddress
    private let stream: any RedisStream
    private let reader = ReplyReader()
    /// `nil`: it was not found by sentinels.
    private let leadership: Leadership?
    /// What is to be sent.
    private var output: [UInt8] = []
    private let timeout: Duration
    private let replyTimeout: Duration
    /// When nobody waits for answers any more; `nil`: as long as the timeouts allow.
    private let end: Instant?
    /// When the server must have let us in.
    private let greetingDeadline: Instant
    private var isGreeting = false
    private var hasAnswered = false
    private var failure: BrokerError?

    /// Connects, authenticates and chooses the database.
    ///
    /// It waits for the server's word on both: commands sent along with them would be run in any case,
    /// as another user or in database 0.
    ///
    /// - Parameters:
    ///   - address: of the server, with the credentials.
    ///   - timeout: for all of this; later, for the first answer.
    ///   - replyTimeout: how long a server that has answered before may take for an answer.
    ///   - end: when nobody waits for anything any more; `nil`: as long as the timeouts say.
    ///   - isKnown: whether it has answered on another connection: one that breaks is lost then.
    /// - Throws: ``BrokerError/unreachable(url:reason:)``,
    ///   ``BrokerError/refusedCredentials(url:reason:)``, or ``BrokerError/unusable(url:reason:)`` for a
    ///   database that is not there.
    init(
        _ address: RedisAddress,
        timeout: Duration,
        replyTimeout: Duration = .seconds(30),
        until end: Instant? = nil,
        isKnown: Bool = false
    ) throws(BrokerError) {
        self.timeout = timeout
        self.replyTimeout = replyTimeout
        self.end = end
        let deadline = Instant.now + timeout
        greetingDeadline = min(deadline, end ?? deadline)
        if case .sentinel(let group) = address.endpoint {
            let search = SentinelSearch(address, group, until: greetingDeadline)
            let (master, leadership) = try search.connect()
            self.address = master.address
            stream = master.stream
            self.leadership = leadership
            hasAnswered = true
            return
        }
        self.address = address
        leadership = nil
        do throws(StreamFailure) {
            stream = try address.connect(until: greetingDeadline)
        } catch {
            throw .unreachable(url: "\(address)", reason: error.reason)
        }
        let greetings = greetings
        if !greetings.isEmpty {
            isGreeting = true
            _ = try run(greetings)
            isGreeting = false
        }
        hasAnswered = hasAnswered || isKnown
    }

    /// Becomes readable when an answer comes, unless ``hasBufferedReply``.
    var descriptor: Int32 { stream.descriptor }

    /// Whether bytes of further answers have been read already: the descriptor says nothing of them.
    var hasBufferedReply: Bool { reader.hasBytes || stream.hasPendingInput }

    /// Whether an answer has begun to come by the deadline; or the end of the connection, which the next
    /// ``reply()`` tells.
    ///
    /// Not all that can be read is part of an answer: TLS has messages of its own.
    ///
    /// - Parameters:
    ///   - deadline: how long to wait.
    ///   - other: a descriptor that ends the wait too when it becomes readable; `nil`: there is none.
    /// - Returns: false when the deadline has passed, or the other descriptor ended the wait.
    func isReadable(until deadline: Instant, or other: Int32? = nil) -> Bool {
        while failure == nil, !reader.hasBytes {
            if !stream.hasPendingInput {
                guard Socket.wait(descriptor, for: POLLIN, or: other, until: deadline) else {
                    return false
                }
            }
            do throws(StreamFailure) { _ = try read() } catch { _ = lost(error) }
        }
        return true
    }

    /// Adds a command to those that the next ``flush()`` or ``reply()`` sends.
    func append(_ command: RedisCommand) {
        command.write(to: &output)
    }

    /// Sends what was added, without waiting for answers.
    func flush() throws(BrokerError) {
        guard !output.isEmpty else { return }
        if let failure { throw failure }
        if let leadership, leadership.isOver {
            throw lost(StreamFailure("the sentinels name another master now"))
        }
        do throws(StreamFailure) { try send() } catch { throw lastWords(error) }
        if output.capacity > Self.largestKeptOutput {
            output = []
        } else {
            output.removeAll(keepingCapacity: true)
        }
    }

    /// The answer to the oldest unanswered command.
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
        return try replies(to: commands.count) { commands[$0].head }
    }

    /// Waits for the answers to the oldest unanswered commands.
    ///
    /// - Returns: an answer each, in their order.
    /// - Throws: ``BrokerError`` for the first of them that the server refused.
    func replies(
        to count: Int,
        named name: (Int) -> String = { _ in "" }
    ) throws(BrokerError) -> [RedisReply] {
        var replies: [RedisReply] = []
        var refusal: BrokerError?
        for index in 0..<count {
            do throws(BrokerError) {
                let reply = try reply()
                replies.append(reply)
                _ = try checked(reply, to: name(index))
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
        let reply = try reply()
        guard case .error = reply else { return reply }
        return try checked(reply, to: command.head)
    }

    /// - Parameters:
    ///   - reply: the answer.
    ///   - command: the command, with its key, for an error that does not name the key; empty: not known.
    /// - Returns: the answer.
    /// - Throws: ``BrokerError`` if the answer is an error.
    func checked(
        _ reply: RedisReply,
        to command: @autoclosure () -> String = ""
    ) throws(BrokerError) -> RedisReply {
        guard case .error(let text) = reply else { return reply }
        guard text.hasPrefix("WRONGTYPE"), !text.hasSuffix(")") else { throw error(text) }
        let command = command()
        throw error(command.isEmpty ? text : "\(text) (\(command))")
    }

    /// The error for the words of a server that refuses.
    func error(_ text: String) -> BrokerError {
        RedisRefusal.error(text, url: "\(address)")
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
        if let failure { return failure }
        let url = "\(address)"
        let failure: BrokerError =
            hasAnswered
            ? .connectionLost(url: url, reason: cause.reason)
            : .unreachable(url: url, reason: cause.reason + hint(cause))
        self.failure = failure
        return failure
    }

    /// What may be the matter with a server that hangs up before it has said anything.
    private func hint(_ cause: StreamFailure) -> String {
        guard case .tcp = address.endpoint, address.tls == nil,
            [.hungUp, .system(ECONNRESET), .system(EPIPE)].contains(cause)
        else { return "" }
        return ": if that port speaks TLS, write rediss://"
    }

    /// Why nothing can be sent: a server that closes a connection may have said so before its end.
    private func lastWords(_ cause: StreamFailure) -> BrokerError {
        let reply: RedisReply
        do throws(StreamFailure) {
            reply = try receive(Patience(until: .now))
        } catch {
            // TLS knows more than that the connection broke.
            return lost(
                address.tls == nil || error == .timedOut ? cause : error
            )
        }
        do throws(BrokerError) { _ = try checked(reply) } catch {
            failure = error
            return error
        }
        return lost(cause)
    }
}

// MARK: - Bytes

extension RedisConnection {
    private func send() throws(StreamFailure) {
        var patience = patience
        var sent = 0
        while sent < output.count {
            let step = output.withUnsafeBytes { bytes in
                stream.write(UnsafeRawBufferPointer(rebasing: bytes[sent...]))
            }
            if let count = try progress(of: step) {
                patience.note(count)
                sent += count
            } else if case .needsInput = step {
                try wait(for: POLLIN, patience)
            } else {
                try wait(for: POLLOUT, patience)
            }
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
            patience.note(try read())
            if let reply = try reader.next() { return reply }
        }
    }

    /// Reads what there is.
    ///
    /// - Returns: how many bytes of answers that were; zero also when TLS had to say something first.
    private func read() throws(StreamFailure) -> Int {
        let step = stream.read(into: reader.input)
        if case .moved(let count) = step { reader.feed(count) }
        return try progress(of: step) ?? 0
    }

    /// How many bytes a step has moved; `nil`: none.
    private func progress(of step: StreamStep) throws(StreamFailure) -> Int? {
        switch step {
        case .moved(let count): return count
        case .needsInput, .needsOutput: return nil
        case .ended: throw .hungUp
        case .failed(let reason): throw StreamFailure(reason)
        }
    }

    private func wait(for events: Int32, _ patience: Patience) throws(StreamFailure) {
        guard Socket.wait(descriptor, for: events, until: patience.deadline) else {
            throw .timedOut
        }
    }

    private var patience: Patience {
        isGreeting
            ? Patience(until: greetingDeadline)
            : Patience(hasAnswered ? replyTimeout : timeout, until: end)
    }
}
