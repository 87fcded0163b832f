internal import CLinux
internal import Glibc
internal import TaskQueue

/// A started command: its process group, and the pipes to it.
struct ChildProcess {
    let id: pid_t
    /// Becomes readable when the command has ended.
    let exit: Int32
    /// The command's stdin, written without waiting; -1: it has all its input.
    let input: Int32
    let output: Int32
    let errors: Int32
    /// The command's descriptor 3.
    let progress: Int32
    private let guardSlot: ProcessGuard.Slot?

    /// Starts a command in its own process group, without a terminal, and with no descriptor of ours except the
    /// four pipes.
    ///
    /// It is killed when the calling thread ends, unless it changes its user by itself, as sudo(8) does.
    ///
    /// - Parameters:
    ///   - arguments: the program first; looked for in the `PATH` of `environment` if it has no slash,
    ///     from the working directory otherwise.
    ///   - environment: `NAME=value`, beside that of `shared`; without `PATH` if `shared` has one.
    ///   - shared: what it has in common with others; `nil`: nothing.
    ///   - input: all its input, if that is to be written at once; `nil`: it comes later.
    ///   - options: what differs from this process.
    ///   - guardian: kills the whole group if this process is killed; `nil`: nobody does.
    /// - Throws: ``SpawnError`` if it could not be started.
    init(
        _ arguments: [String],
        environment: [String],
        shared: SharedEnvironment? = nil,
        input: [UInt8]? = nil,
        options: ProcessOptions = ProcessOptions(),
        guardian: ProcessGuard? = nil
    ) throws(SpawnError) {
        guard let pipes = ChildPipes() else {
            throw SpawnError(program: arguments[0], step: .process, code: errno)
        }
        let isWritten = input.map { pipes.input.fill($0) } ?? false
        if !isWritten { pipes.writeWithoutWaiting() }
        if let user = options.user { pipes.give(to: user) }
        let slot = guardian?.takeSlot()
        let reply = Self.spawn(
            arguments,
            shared == nil ? [] : environment,
            shared ?? SharedEnvironment(environment),
            options,
            pipes,
            slot
        )
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
        if isWritten { close(pipes.input.write) }
        self.input = isWritten ? -1 : pipes.input.write
        output = pipes.output.read
        errors = pipes.errors.read
        progress = pipes.progress.read
    }

    /// How the command ended, and what it used.
    ///
    /// Call it once, when ``exit`` is readable; it ends what is left of the process group.
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

    /// Sends a signal to the command and all that it has started; do not call it after ``reap()``.
    ///
    /// A stopped command is continued, so that it notices.
    func signal(_ signal: Int32) {
        send(signal)
        if signal != SIGKILL && signal != SIGSTOP { send(SIGCONT) }
    }

    private func send(_ signal: Int32) {
        kill(-id, signal)
        // It may have moved to another group, even to ours.
        if getpgid(id) != id { kill(id, signal) }
    }
}

extension ChildProcess {
    /// Call it when this process handles or ignores other signals than at its first command.
    static func lookAtSignals() {
        tq_spawn_look_at_signals()
    }

    private static func spawn(
        _ arguments: [String],
        _ environment: [String],
        _ shared: SharedEnvironment,
        _ options: ProcessOptions,
        _ pipes: ChildPipes,
        _ slot: ProcessGuard.Slot?
    ) -> tq_spawn_reply {
        let ends = pipes.childEnds
        let groups = options.user?.groups ?? []
        return withCStrings(arguments) { argv in
            withCStrings(environment, after: shared.entries) { envp in
                shared.searchPath.withCString { searchPath in
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
    after first: [UnsafeMutablePointer<CChar>?] = [],
    _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Value
) -> Value {
    let copies = texts.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(first + copies + [nil])
}

private func withOptionalCString<Value>(
    _ text: String?,
    _ body: (UnsafePointer<CChar>?) -> Value
) -> Value {
    guard let text else { return body(nil) }
    return text.withCString(body)
}
