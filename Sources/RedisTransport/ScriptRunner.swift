internal import TaskQueue

/// Runs scripts on a connection, by their digest once the server knows them.
final class ScriptRunner {
    private let connection: RedisConnection
    private var digests: [String: String] = [:]

    init(_ connection: RedisConnection) {
        self.connection = connection
    }

    /// Runs a script; one that the server does not know yet, or not any more, is loaded first.
    ///
    /// - Parameters:
    ///   - script: its text, in Lua.
    ///   - keys: KEYS of the script.
    ///   - arguments: ARGV of the script.
    /// - Returns: what the script returns, never an error.
    /// - Throws: ``BrokerError`` if the server cannot be reached or the script failed.
    func run(
        _ script: String,
        keys: [String],
        arguments: [[UInt8]]
    ) throws(BrokerError) -> RedisReply {
        let digest = try digest(of: script)
        let command = command(digest, keys, arguments)
        connection.append(command)
        let reply = try connection.reply()
        guard case .error(let text) = reply, text.hasPrefix("NOSCRIPT") else {
            return try connection.checked(reply)
        }
        // The server was restarted, or its scripts flushed.
        digests[script] = nil
        return try connection.run(self.command(try self.digest(of: script), keys, arguments))
    }

    private func command(_ digest: String, _ keys: [String], _ arguments: [[UInt8]]) -> RedisCommand
    {
        let size =
            arguments.reduce(0) { $0 + $1.count + 16 } + keys.reduce(0) { $0 + $1.utf8.count + 16 }
        var command = RedisCommand("EVALSHA", capacity: size + 64)
        command.add(digest)
        command.add(keys.count)
        for key in keys { command.add(key) }
        for argument in arguments { command.add(argument) }
        return command
    }

    private func digest(of script: String) throws(BrokerError) -> String {
        if let digest = digests[script] { return digest }
        let reply = try connection.run(RedisCommand("SCRIPT").adding("LOAD", script))
        guard let digest = reply.text else {
            throw .unusable(url: "\(connection.address)", reason: "SCRIPT LOAD answered no digest")
        }
        digests[script] = digest
        return digest
    }
}
