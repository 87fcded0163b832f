/// A step that is atomic because the server runs it as one script: the text, what it is given, and how its
/// answer is read, in one file each.
///
/// The server's own clock is used throughout: workers' clocks differ.
///
/// A command that fails ends its script, and what was written stays: so nothing is removed before what
/// replaces it is stored, and a script that cannot do all of its work takes back what it has done, or does
/// what costs a task nothing. A command that only shows that it may be done, on what is not there, comes
/// before those that could not be taken back.
///
/// And a server whose memory is full refuses a script the first command that takes more, unless something
/// was written before: hence those that remove nothing at the beginning of what workers need to go on, and
/// to make room.
protocol RedisScript {
    /// What is read in the script's answer.
    associatedtype Answer

    static var text: ScriptText { get }

    /// KEYS, in the order of their names in ``text``; what else a script touches is in ``KeyMadeByScript``.
    var keys: [String] { get }

    /// About how many bytes ``addArguments(to:)`` adds.
    var argumentSize: Int { get }

    /// Adds ARGV, in the order of their names in ``text``.
    func addArguments(to command: inout RedisCommand)

    /// Reads what the script returns, which is no error.
    func answer(_ reply: RedisReply) -> Answer
}

extension RedisScript {
    var argumentSize: Int { 256 }

    func addArguments(to command: inout RedisCommand) {}

    /// Makes the command that runs it.
    ///
    /// - Parameter digest: of the text, which the server knows by that; `nil`: the text goes along.
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
