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
    /// What the command writes to its descriptor 3.
    let progress: Int32
    private let guardSlot: ProcessGuard.Slot?

    /// Starts a command in a process group of its own, with no descriptor of ours but the four pipes.
    ///
    /// It is killed when the calling thread ends, unless it changes its user by itself, as sudo(8) does.
    ///
    /// - Parameters:
    ///   - arguments: the program first; looked for in the `PATH` of `environment` if it has no slash,
    ///     from the working directory otherwise.
    ///   - environment: `NAME=value`, all of it.
    ///   - options: what it has otherwise than this process.
    ///   - guardian: kills the whole group should this process be killed; `nil`: nobody does.
    /// - Throws: ``SpawnError`` if it could not be started.
    init(
        _ arguments: [String],
        environment: [String],
        options: ProcessOptions = ProcessOptions(),
        guardian: ProcessGuard? = nil
    ) throws(SpawnError) {
        guard let pipes = ChildPipes() else {
            throw SpawnError(program: arguments[0], step: .process, code: errno)
        }
        if let user = options.user { pipes.give(to: user) }
        let slot = guardian?.takeSlot()
        let reply = Self.spawn(arguments, environment, options, pipes, slot)
        pipes.closeChildEnds()
        guard reply.error == 0 else {
            slot?.clear()
            pipes.closeOurEnds()
            throw SpawnError(arguments[0], options, reply)
        }
        slot?.confirm()
        guardSlot = slot
        id = reply.process
        exit = reply.descriptor
        input = pipes.input.write
        output = pipes.output.read
        errors = pipes.errors.read
        progress = pipes.progress.read
    }

    /// How the command ended, and what it used.
    ///
    /// To be called once, when ``exit`` is readable; ends what is left of its process group.
    func reap() -> (status: ExitStatus, usage: ResourceUsage) {
        // Before the wait: until then the number of the group cannot belong to another.
        kill(-id, SIGKILL)
        guardSlot?.clear()
        var information = siginfo_t()
        var usage = rusage()
        while tq_wait_pidfd(exit, &information, &usage) != 0, errno == EINTR {}
        close(exit)
        let status = tq_siginfo_status(&information)
        let hasExited = information.si_code == CLD_EXITED
        return (hasExited ? .exited(status) : .signalled(status), ResourceUsage(usage))
    }

    /// Sends a signal to the command and all that it has started.
    ///
    /// A command that has been stopped goes on, so that it notices.
    func signal(_ signal: Int32) {
        kill(-id, signal)
        if signal != SIGKILL && signal != SIGSTOP { kill(-id, SIGCONT) }
    }
}

extension ChildProcess {
    /// The folders of `PATH`, or execvp(3)'s own if it is not set.
    private static func searchPath(_ environment: [String]) -> String {
        let entry = environment.last { $0.hasPrefix("PATH=") }
        return entry.map { String($0.dropFirst("PATH=".count)) } ?? "/bin:/usr/bin"
    }

    private static func spawn(
        _ arguments: [String],
        _ environment: [String],
        _ options: ProcessOptions,
        _ pipes: ChildPipes,
        _ slot: ProcessGuard.Slot?
    ) -> tq_spawn_reply {
        let ends = pipes.childEnds
        let searchPath = searchPath(environment)
        let groups = options.user?.groups ?? []
        return withCStrings(arguments) { argv in
            withCStrings(environment) { envp in
                searchPath.withCString { searchPath in
                    withOptionalCString(options.workingDirectory) { folder in
                        groups.withUnsafeBufferPointer { groups in
                            var request = tq_spawn_request(
                                arguments: argv,
                                environment: envp,
                                search_path: searchPath,
                                directory: folder,
                                descriptors: (ends[0], ends[1], ends[2], ends[3]),
                                niceness: Int32(clamping: options.niceness ?? 0),
                                umask: options.umask.map { Int32($0 & 0o777) } ?? -1,
                                changes_user: options.user == nil ? 0 : 1,
                                uid: options.user?.uid ?? 0,
                                gid: options.user?.gid ?? 0,
                                groups: groups.baseAddress,
                                group_count: groups.count,
                                group_cell: slot?.group
                            )
                            return tq_spawn(&request)
                        }
                    }
                }
            }
        }
    }
}

extension SpawnError {
    fileprivate init(_ program: String, _ options: ProcessOptions, _ reply: tq_spawn_reply) {
        self.program = program
        code = reply.error
        step =
            switch reply.failed_step {
            case TQ_SPAWN_NICENESS: .niceness(options.niceness ?? 0)
            case TQ_SPAWN_USER: .user(options.user?.name ?? "")
            case TQ_SPAWN_DIRECTORY: .workingDirectory(options.workingDirectory ?? "")
            case TQ_SPAWN_PROGRAM:
                code == ENOENT && Self.isThere(program, from: options.workingDirectory)
                    ? .interpreter : .program
            default: .process
            }
    }

    private static func isThere(_ program: String, from folder: String?) -> Bool {
        guard program.contains("/") else { return false }
        let start = program.hasPrefix("/") ? "" : folder.map { "\($0)/" } ?? ""
        return access(start + program, F_OK) == 0
    }
}

/// Lends texts as a C array of C strings that ends in a null pointer.
private func withCStrings<Value>(
    _ texts: [String],
    _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Value
) -> Value {
    let copies = texts.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
}

private func withOptionalCString<Value>(
    _ text: String?,
    _ body: (UnsafePointer<CChar>?) -> Value
) -> Value {
    guard let text else { return body(nil) }
    return text.withCString(body)
}
