internal import CLinux
internal import Glibc

/// A command that was started: its process group, and the pipes to it.
struct ChildProcess {
    let id: pid_t
    /// Becomes readable when the command has ended.
    let exit: Int32
    /// What is written here the command reads from its stdin.
    let input: Int32
    let output: Int32
    let errors: Int32

    /// Starts a command in a process group of its own, with no descriptor of ours but the three pipes.
    ///
    /// - Parameters:
    ///   - arguments: the program first; looked for in `PATH` if it has no slash.
    ///   - environment: `NAME=value`, all of it.
    ///   - workingDirectory: `nil`: ours.
    /// - Throws: ``SpawnError`` if it could not be started.
    init(
        _ arguments: [String],
        environment: [String],
        workingDirectory: String?
    ) throws(SpawnError) {
        let pipes = try ChildPipes()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, pipes.input.read, 0)
        posix_spawn_file_actions_adddup2(&actions, pipes.output.write, 1)
        posix_spawn_file_actions_adddup2(&actions, pipes.errors.write, 2)
        tq_spawn_close_others(&actions)
        if let workingDirectory {
            tq_spawn_chdir(&actions, workingDirectory)
        }
        var attributes = Self.attributes()
        defer { posix_spawnattr_destroy(&attributes) }
        var child: pid_t = 0
        let code = withCStrings(arguments) { argv in
            withCStrings(environment) { envp in
                posix_spawnp(&child, arguments[0], &actions, &attributes, argv, envp)
            }
        }
        pipes.closeChildEnds()
        guard code == 0 else {
            pipes.closeOurEnds()
            throw SpawnError(program: arguments[0], workingDirectory: workingDirectory, code: code)
        }
        id = child
        exit = tq_pidfd_open(child)
        guard exit >= 0 else {
            let code = errno
            kill(-child, SIGKILL)
            waitpid(child, nil, 0)
            pipes.closeOurEnds()
            throw SpawnError(program: arguments[0], workingDirectory: workingDirectory, code: code)
        }
        input = pipes.input.write
        output = pipes.output.read
        errors = pipes.errors.read
    }

    /// How the command ended.
    ///
    /// To be called once, when ``exit`` is readable; ends what is left of its process group.
    func reap() -> ExitStatus {
        // Before the wait: until then the number of the group cannot belong to another.
        kill(-id, SIGKILL)
        var information = siginfo_t()
        var result = tq_wait_pidfd(exit, &information)
        while result != 0, errno == EINTR { result = tq_wait_pidfd(exit, &information) }
        close(exit)
        let status = tq_siginfo_status(&information)
        return information.si_code == CLD_EXITED ? .exited(status) : .signalled(status)
    }

    /// Sends a signal to the command and all that it has started.
    func signal(_ signal: Int32) {
        kill(-id, signal)
    }

    /// Default signal handling and an empty mask: the worker's own must not be inherited.
    private static func attributes() -> posix_spawnattr_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var ignored = sigset_t()
        sigemptyset(&ignored)
        sigaddset(&ignored, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &ignored)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))
        return attributes
    }
}

/// Lends texts as a C array of C strings that ends in a null pointer.
private func withCStrings<Value>(
    _ texts: [String],
    _ body: ([UnsafeMutablePointer<CChar>?]) -> Value
) -> Value {
    let copies = texts.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
}
