internal import TaskQueue

/// Runs scripts on a connection: the first time with their text, and from then on by its digest.
///
/// So a single run, as by `tq-send`, takes one round trip, and ten thousand runs send the
/// text once.
final class ScriptRunner {
    private let connection: RedisConnection
    /// The digests of scripts whose text the server knows; empty until one is needed.
    private var digests: [ObjectIdentifier: String] = [:]

    init(_ connection: RedisConnection) {
        self.connection = connection
    }

    /// Runs a script.
    ///
    /// - Returns: what it answers.
    /// - Throws: ``BrokerError`` if the server cannot be reached or the script failed.
    func run<Script: RedisScript>(_ script: Script) throws(BrokerError) -> Script.Answer {
        script.answer(try reply(to: script))
    }

    /// Runs a script several times in one round trip.
    ///
    /// If the server is made to forget the text in between, those that it no longer knew are run
    /// after the others.
    ///
    /// - Returns: an answer each, in their order.
    /// - Throws: ``BrokerError`` if the server cannot be reached, or for the first that failed.
    func run<Script: RedisScript>(_ scripts: [Script]) throws(BrokerError) -> [Script.Answer] {
        for script in scripts { connection.append(command(for: script)) }
        var replies = try replies(to: scripts.count)
        let unknown = replies.indices.filter { replies[$0].isUnknownScript }
        for index in unknown { connection.append(scripts[index].command()) }
        for (index, reply) in zip(unknown, try self.replies(to: unknown.count)) {
            replies[index] = reply
        }
        var answers: [Script.Answer] = []
        answers.reserveCapacity(replies.count)
        for (script, reply) in zip(scripts, replies) {
            answers.append(script.answer(try checked(reply, to: script)))
        }
        return answers
    }

    private func reply<Script: RedisScript>(to script: Script) throws(BrokerError) -> RedisReply {
        connection.append(command(for: script))
        var reply = try connection.reply()
        if reply.isUnknownScript {
            // The server was restarted, or its scripts flushed.
            connection.append(script.command())
            reply = try connection.reply()
        }
        return try checked(reply, to: script)
    }

    private func command<Script: RedisScript>(for script: Script) -> RedisCommand {
        let name = ObjectIdentifier(Script.self)
        guard let known = digests[name] else {
            digests[name] = ""
            return script.command()
        }
        let digest = known.isEmpty ? SHA1.hex(Script.text.bytes) : known
        if known.isEmpty { digests[name] = digest }
        return script.command(digest: digest)
    }

    /// Answers that may be errors.
    private func replies(to count: Int) throws(BrokerError) -> [RedisReply] {
        var replies: [RedisReply] = []
        replies.reserveCapacity(count)
        for _ in 0..<count {
            do throws(BrokerError) {
                replies.append(try connection.reply())
            } catch {
                // A server that refuses may hang up afterwards.
                for case .error(let text) in replies { throw connection.error(text) }
                throw error
            }
        }
        return replies
    }
}

// MARK: - Errors

extension ScriptRunner {
    private func checked<Script: RedisScript>(
        _ reply: RedisReply,
        to script: Script
    ) throws(BrokerError) -> RedisReply {
        guard case .error(let text) = reply else { return reply }
        throw try named(text, script)
    }

    /// The error of a script that failed, with what the server does not say: which key has a wrong type,
    /// or which command the user may not run.
    private func named<Script: RedisScript>(
        _ text: String,
        _ script: Script
    ) throws(BrokerError) -> BrokerError {
        if text.contains("WRONGTYPE"), !text.hasSuffix(")"), !text.contains(" is a ") {
            let names = Array(Set(script.keys))
            let kinds = try connection.run(names.map { RedisCommand("TYPE").adding($0) })
            for (key, kind) in zip(names, kinds.map { $0.text ?? "none" }) {
                if kind != "none", kind != RedisKeys.type(ofKey: key) {
                    return connection.error("WRONGTYPE \(key) is a \(kind)")
                }
            }
        }
        if text.contains("The user executing the script can't run"),
            let command = ScriptTrace(text).command(in: Script.text)
        {
            return connection.error("\(ScriptTrace.message(text)) (\(command))")
        }
        return connection.error(text)
    }
}

extension RedisReply {
    /// Whether the server does not know a script by its digest.
    fileprivate var isUnknownScript: Bool {
        if case .error(let text) = self { text.hasPrefix("NOSCRIPT") } else { false }
    }
}
