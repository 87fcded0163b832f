internal import CLinux
internal import Glibc
internal import TaskQueue

/// The four pipes of a command: its ends and ours.
struct ChildPipes {
    let input: Pipe
    let output: Pipe
    let errors: Pipe
    let progress: Pipe

    /// `nil` and errno if no descriptor is left.
    init?() {
        var pipes: [Pipe] = []
        for _ in 0..<4 {
            guard let pipe = Pipe() else {
                let code = errno
                for pipe in pipes { pipe.close() }
                errno = code
                return nil
            }
            pipes.append(pipe)
        }
        (input, output, errors, progress) = (pipes[0], pipes[1], pipes[2], pipes[3])
    }

    /// Makes writing to the command return at once; its output is read when poll(2) says so.
    func writeWithoutWaiting() {
        _ = tq_fcntl(input.write, F_SETFL, O_NONBLOCK)
    }

    /// Descriptors 0, 1, 2 and 3 of the command.
    var childEnds: [Int32] { [input.read, output.write, errors.write, progress.write] }

    /// Lets a user open the pipes again, as a command does with `/dev/stdout`.
    func give(to user: CommandUser) {
        for end in childEnds { fchown(end, user.uid, user.gid) }
    }

    func closeChildEnds() {
        for end in childEnds { close(end) }
    }

    func closeOurEnds() {
        for end in ourEnds { close(end) }
    }

    private var ourEnds: [Int32] { [input.write, output.read, errors.read, progress.read] }
}
