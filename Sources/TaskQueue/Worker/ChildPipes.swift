internal import CLinux
internal import Glibc

/// The three pipes of a command: its ends and ours.
struct ChildPipes {
    let input: (read: Int32, write: Int32)
    let output: (read: Int32, write: Int32)
    let errors: (read: Int32, write: Int32)

    init() throws(SpawnError) {
        input = try Self.pipe()
        output = try Self.pipe()
        errors = try Self.pipe()
        for end in [input.write, output.read, errors.read] {
            _ = tq_fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    private static func pipe() throws(SpawnError) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard tq_pipe(&ends) == 0 else {
            throw SpawnError(program: "a command", workingDirectory: nil, code: errno)
        }
        return (ends[0], ends[1])
    }

    func closeChildEnds() {
        for end in [input.read, output.write, errors.write] { close(end) }
    }

    func closeOurEnds() {
        for end in [input.write, output.read, errors.read] { close(end) }
    }
}
