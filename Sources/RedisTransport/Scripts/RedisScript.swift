/// A step that is atomic because the server runs it as one script: the text, its arguments, and how to read its
/// answer, in one file each.
///
/// The server's own clock is used throughout: workers' clocks differ.
///
/// A command that fails ends its script, and what was written stays. So nothing is removed before its
/// replacement is stored, and a script that cannot do all of its work undoes what it has done, or does
/// only what costs a task nothing. A command that only shows that it is possible, on a missing key, comes
/// before those that could not be undone.
///
/// A server whose memory is full refuses the first command of a script that takes more memory, unless something
/// was written before. Hence the commands that remove nothing, at the beginning of scripts that workers need to
/// go on and to make room.
protocol RedisScript {
    /// The value read from the script's answer.
    associatedtype Answer

    static var text: ScriptText { get }

    /// KEYS, in the order of their names in ``text``; other keys that a script touches are in ``KeyMadeByScript``.
    var keys: [String] { get }

    /// About how many bytes ``addArguments(to:)`` adds.
    var argumentSize: Int { get }

    /// Adds ARGV, in the order of their names in ``text``.
    func addArguments(to command: inout RedisCommand)

    /// Reads the script's answer, which is not an error.
    func answer(_ reply: RedisReply) -> Answer
}

extension RedisScript {
    var argumentSize: Int { 256 }

    func addArguments(to command: inout RedisCommand) {}

    /// Makes the command that runs it.
    ///
    /// - Parameter digest: of the text, by which the server knows it; `nil`: the text goes along.
    /// - Returns: the command.
    func command(digest: String? = nil) -> RedisCommand {
        let keys = keys
        let size = keys.reduce(64 + argumentSize) { $0 + $1.utf8.count + 16 }
        var command: RedisCommand
        if let digest {
            command = RedisCommand("EVALSHA", capacity: size)
            command.add(digest)
        } else {
            command = RedisCommand("EVAL", capacity: size + Self.text.bytes.count)
            command.add(Self.text.bytes)
        }
        command.add(keys.count)
        for key in keys { command.add(key) }
        addArguments(to: &command)
        return command
    }
}

extension RedisScript where Answer == Void {
    func answer(_ reply: RedisReply) {}
}
