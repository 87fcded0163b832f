internal import TaskQueue

/// A command that the server answers when something has come onto a list, and the connection that waits
/// for that.
///
/// The connection is made when it is needed first.
final class BlockedCommand {
    private let address: RedisAddress
    private let timeout: Duration
    private let command: RedisCommand
    private var connection: RedisConnection?
    private var isWaiting = false
    /// `nil`: at any time.
    private var mayWaitFrom: Instant?
    /// After the key was found to be of a wrong type, which the taking complains of.
    private static let pause: Duration = .seconds(2)

    init(_ address: RedisAddress, timeout: Duration, _ command: RedisCommand) {
        self.address = address
        self.timeout = timeout
        self.command = command
    }

    /// Becomes readable when the answer comes; `nil`: no answer is awaited.
    var descriptor: Int32? { isWaiting ? connection?.descriptor : nil }

    /// Sends the command, unless it waits for its answer already.
    ///
    /// - Throws: ``BrokerError`` if the server cannot be reached.
    func arm() throws(BrokerError) {
        guard !isWaiting, mayWaitFrom.map({ $0 <= .now }) ?? true else { return }
        mayWaitFrom = nil
        let connection = try opened()
        connection.append(command)
        try connection.flush()
        isWaiting = true
    }

    /// Reads the answer, if it has come.
    ///
    /// - Returns: whether it has, and tells of an arrival.
    /// - Throws: ``BrokerError`` if the connection is gone, or the server will not wait.
    func takeAnswer() throws(BrokerError) -> Bool {
        guard isWaiting, let connection, connection.isReadable(until: .now) else { return false }
        isWaiting = false
        let reply = try connection.reply()
        if case .error(let text) = reply, text.hasPrefix("WRONGTYPE") {
            mayWaitFrom = .now + Self.pause
            return false
        }
        _ = try connection.checked(reply)
        return true
    }

    /// Runs other commands on the connection, which waits for nothing.
    ///
    /// - Throws: ``BrokerError`` if the server cannot be reached, or refuses.
    func run(_ commands: [RedisCommand]) throws(BrokerError) {
        _ = try opened().run(commands)
    }

    /// A connection that was not waited on may have been closed meanwhile because nobody used it.
    private func opened() throws(BrokerError) -> RedisConnection {
        if let connection, !connection.isReadable(until: .now) { return connection }
        let opened = try RedisConnection(address, timeout: timeout, isKnown: true)
        connection = opened
        return opened
    }
}
