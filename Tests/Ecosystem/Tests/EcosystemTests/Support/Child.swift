import Glibc

/// A program that a test has started.
struct Child {
    private let pid: pid_t
    /// What it writes to standard output.
    private let output: Int32

    /// - Parameter words: a program of `$PATH`, and its arguments.
    /// - Throws: ``Failure`` if it cannot be started.
    init(_ words: [String]) throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Failure("no pipe could be made") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var pid = pid_t()
        let code = posix_spawnp(&pid, words[0], &actions, nil, &arguments, environ)
        close(ends[1])
        guard code == 0 else {
            close(ends[0])
            throw Failure("\(words[0]) cannot be started: error \(code)")
        }
        self.pid = pid
        output = ends[0]
    }

    /// Kills it.
    func end() {
        kill(pid, SIGKILL)
        wait()
    }

    /// Runs a program to its end.
    ///
    /// - Returns: what it has written, without the last line's end.
    /// - Throws: ``Failure`` if it cannot be started.
    static func run(_ words: [String]) throws -> String {
        let child = try Child(words)
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(child.output, &buffer, buffer.count)
            guard count > 0 else { break }
            text += buffer[..<count]
        }
        child.wait()
        if text.last == UInt8(ascii: "\n") { text.removeLast() }
        return String(decoding: text, as: UTF8.self)
    }

    private func wait() {
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        close(output)
    }
}
