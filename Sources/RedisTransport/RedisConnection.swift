internal import CHiredis
internal import Glibc
internal import TaskQueue

/// One blocking connection to a Redis server.
///
/// It belongs to one thread, as hiredis' contexts do.
final class RedisConnection {
    let address: RedisAddress
    private let context: UnsafeMutablePointer<redisContext>
    private let replyTimeout: Duration
    private var hasAnswered = false

    /// Connects, authenticates and chooses the database.
    ///
    /// It waits for the server's word on both: commands sent along with them would be run all the same,
    /// as another user or in database 0.
    ///
    /// - Parameters:
    ///   - address: of the server, with the credentials.
    ///   - timeout: for the connection, and for the first answer.
    ///   - replyTimeout: how long a server that has answered before may take for an answer.
    /// - Throws: ``BrokerError/unreachable(url:reason:)``,
    ///   ``BrokerError/refusedCredentials(url:reason:)``, or ``BrokerError/refused(url:reason:)`` for a
    ///   database that is not there.
    init(
        _ address: RedisAddress,
        timeout: Duration,
        replyTimeout: Duration = .seconds(30)
    ) throws(BrokerError) {
        self.address = address
        self.replyTimeout = replyTimeout
        let limit = timeval(timeout)
        let context: UnsafeMutablePointer<redisContext>? =
            switch address.endpoint {
            case .tcp(let host, let port): redisConnectWithTimeout(host, Int32(port), limit)
            case .socket(let path): redisConnectUnixWithTimeout(path, limit)
            }
        guard let context else {
            throw .unreachable(url: "\(address)", reason: "out of memory")
        }
        guard context.pointee.err == 0 else {
            let reason = Self.reason(context)
            redisFree(context)
            throw .unreachable(url: "\(address)", reason: reason)
        }
        self.context = context
        redisSetTimeout(context, limit)
        if case .tcp = address.endpoint { redisEnableKeepAlive(context) }
        let greetings = greetings
        if !greetings.isEmpty { _ = try run(greetings) }
    }

    deinit {
        redisFree(context)
    }

    /// Becomes readable when an answer comes.
    var descriptor: Int32 { context.pointee.fd }

    /// Adds a command to those that the next ``flush()`` or ``reply()`` sends.
    func append(_ command: RedisCommand) {
        command.encoded.withUnsafeBytes { bytes in
            _ = redisAppendFormattedCommand(
                context,
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                bytes.count
            )
        }
    }

    /// Sends what was added, without waiting for answers.
    func flush() throws(BrokerError) {
        var isDone: Int32 = 0
        repeat {
            guard redisBufferWrite(context, &isDone) == REDIS_OK else { throw lost() }
        } while isDone == 0
    }

    /// The answer to the oldest command that has none yet.
    ///
    /// An error of the server is an answer.
    func reply() throws(BrokerError) -> RedisReply {
        var raw: UnsafeMutableRawPointer?
        guard redisGetReply(context, &raw) == REDIS_OK, let raw else { throw lost() }
        defer { freeReplyObject(raw) }
        if !hasAnswered {
            hasAnswered = true
            redisSetTimeout(context, timeval(replyTimeout))
        }
        return RedisReply(raw.assumingMemoryBound(to: redisReply.self))
    }

    /// Whether bytes of further answers have been read already: the descriptor tells nothing of them.
    var hasBufferedReply: Bool {
        guard let reader = context.pointee.reader else { return false }
        return reader.pointee.len > reader.pointee.pos
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
            let reply = try reply()
            do throws(BrokerError) { _ = try checked(reply) } catch { refusal = refusal ?? error }
            replies.append(reply)
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
        guard case .error(let error) = reply else { return reply }
        // What was sent is repeated there, passwords too.
        let text =
            error.firstRange(of: ", with args").map { String(error[..<$0.lowerBound]) } ?? error
        let url = "\(address)"
        let code = text.prefix { $0 != " " }
        switch code {
        case "NOAUTH", "WRONGPASS", "NOPERM":
            throw .refusedCredentials(url: url, reason: text)
        case "ERR" where text.contains("AUTH") || text.contains("invalid password"):
            throw .refusedCredentials(url: url, reason: text)
        case "WRONGTYPE":
            throw .unusable(url: url, reason: "a key that tq uses holds something else: \(text)")
        default:
            throw .refused(url: url, reason: text)
        }
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

    private func lost() -> BrokerError {
        let reason = Self.reason(context)
        return hasAnswered
            ? .connectionLost(url: "\(address)", reason: reason)
            : .unreachable(url: "\(address)", reason: reason)
    }

    private static func reason(_ context: UnsafeMutablePointer<redisContext>) -> String {
        if context.pointee.err == REDIS_ERR_IO, errno == EAGAIN || errno == ETIMEDOUT {
            return "no answer in time"
        }
        let text = withUnsafeBytes(of: context.pointee.errstr) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return text.isEmpty ? "the connection broke" : text
    }
}

extension timeval {
    fileprivate init(_ duration: Duration) {
        let microseconds = max(duration.microseconds, 1000)
        self.init(tv_sec: Int(microseconds / 1_000_000), tv_usec: Int(microseconds % 1_000_000))
    }
}
