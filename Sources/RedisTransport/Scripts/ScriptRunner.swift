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
        let reply = try reply(to: script, keys, arguments)
        guard case .error(let text) = reply else { return reply }
        throw try named(text, script, keys)
    }

    private func reply(
        to script: String,
        _ keys: [String],
        _ arguments: [[UInt8]]
    ) throws(BrokerError) -> RedisReply {
        connection.append(command(try digest(of: script), keys, arguments))
        let reply = try connection.reply()
        guard case .error(let text) = reply, text.hasPrefix("NOSCRIPT") else { return reply }
        // The server was restarted, or its scripts flushed.
        digests[script] = nil
        connection.append(command(try digest(of: script), keys, arguments))
        return try connection.reply()
    }

    /// The error of a script that failed, with what the server does not tell: which key is of a wrong type,
    /// or which command the user may not run.
    private func named(
        _ text: String,
        _ script: String,
        _ keys: [String]
    ) throws(BrokerError) -> BrokerError {
        if text.contains("WRONGTYPE"), !text.hasSuffix(")"), !text.contains(" is a ") {
            let names = Array(Set(keys))
            let kinds = try connection.run(names.map { RedisCommand("TYPE").adding($0) })
            for (key, kind) in zip(names, kinds.map { $0.text ?? "none" }) {
                if kind != "none", kind != RedisKeys.type(ofKey: key) {
                    return connection.error("WRONGTYPE \(key) is a \(kind)")
                }
            }
        }
        if text.contains("The user executing the script can't run"),
            let command = ScriptTrace(text).command(in: script)
        {
            return connection.error("\(ScriptTrace.message(text)) (\(command))")
        }
        return connection.error(text)
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
