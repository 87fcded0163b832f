internal import CLinux
internal import Glibc

/// The three pipes of a command: its ends and ours.
struct ChildPipes {
    let input: Pipe
    let output: Pipe
    let errors: Pipe

    init() throws(SpawnError) {
        var pipes: [Pipe] = []
        do throws(SpawnError) {
            for _ in 0..<3 { pipes.append(try Pipe()) }
        } catch {
            for pipe in pipes { pipe.close() }
            throw error
        }
        (input, output, errors) = (pipes[0], pipes[1], pipes[2])
        for end in ourEnds { _ = tq_fcntl(end, F_SETFL, O_NONBLOCK) }
    }

    func closeChildEnds() {
        for end in [input.read, output.write, errors.write] { close(end) }
    }

    func closeOurEnds() {
        for end in ourEnds { close(end) }
    }

    private var ourEnds: [Int32] { [input.write, output.read, errors.read] }
}
