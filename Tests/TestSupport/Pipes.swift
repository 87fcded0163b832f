import Glibc
import Synchronization

/// The three pipes between a test and a program: our ends, and the program's until it is started.
struct Pipes: Sendable {
    /// Our ends, which do not block; `nil` once closed.
    var input: Int32?
    var output: Int32?
    var errors: Int32?
    /// The program's ends, for descriptors 0, 1 and 2.
    private(set) var programEnds: [Int32]

    init(for program: String) throws(ProcessError) {
        Self.ignoreBrokenPipes
        var ends: [(reading: Int32, writing: Int32)] = []
        for _ in 0..<3 {
            var pair: [Int32] = [-1, -1]
            let failure = spawning.withLock { _ in pipe(&pair) }
            guard failure == 0 else {
                throw .cannotStart(program: program, reason: String(cString: strerror(errno)))
            }
            ends.append((pair[0], pair[1]))
        }
        (input, output, errors) = (ends[0].writing, ends[1].reading, ends[2].reading)
        programEnds = [ends[0].reading, ends[1].writing, ends[2].writing]
        for end in [ends[0].writing, ends[1].reading, ends[2].reading] {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    /// Closes the program's ends, which its process has now.
    mutating func closeProgramEnds() {
        for end in programEnds {
            Glibc.close(end)
        }
        programEnds = []
    }

    /// Closes what is still open.
    mutating func close() {
        closeProgramEnds()
        Self.close(&input)
        Self.close(&output)
        Self.close(&errors)
    }

    static func close(_ descriptor: inout Int32?) {
        if let open = descriptor {
            Glibc.close(open)
        }
        descriptor = nil
    }

    /// Makes a write to a program that reads no more an error instead of the end of all tests.
    private static let ignoreBrokenPipes: Void = { _ = signal(SIGPIPE, SIG_IGN) }()
}
