import Glibc
import Synchronization

/// `POSIX_SPAWN_SETSID` of glibc's spawn.h, which it shows to GNU C only.
private let setSession: Int32 = 0x80

/// One program starts at a time, and no pipe is made meanwhile, so that none inherits what is meant for
/// another.
let spawning = Mutex(())

/// Starts a program with `pipes` as its descriptors 0, 1 and 2, and without any other.
///
/// It leads a session of its own and has all signals as they are by default. The program's ends of
/// the pipes are closed on return.
///
/// - Returns: its process id.
func spawn(_ invocation: Invocation, _ pipes: inout Pipes) throws(ProcessError) -> pid_t {
    defer { pipes.closeProgramEnds() }
    let path: String
    do {
        path = try Program.path(invocation.program)
    } catch {
        pipes.close()
        throw error
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (descriptor, end) in pipes.programEnds.enumerated() {
        posix_spawn_file_actions_adddup2(&actions, end, Int32(descriptor))
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    let flags = setSession | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
    posix_spawnattr_setflags(&attributes, Int16(flags))

    var processID: pid_t = 0
    // env(1) changes the directory: spawn.h shows its way to do so to GNU C only.
    let words = ["env", "-C", invocation.directory, path] + invocation.arguments
    let failure = withCStrings(words) { words in
        withCStrings(invocation.completeEnvironment.map { "\($0)=\($1)" }) { environment in
            spawning.withLock { _ in
                keepDescriptors()
                return posix_spawn(
                    &processID,
                    "/usr/bin/env",
                    &actions,
                    &attributes,
                    words,
                    environment
                )
            }
        }
    }
    guard failure == 0 else {
        pipes.close()
        throw .cannotStart(program: path, reason: String(cString: strerror(failure)))
    }
    return processID
}

/// Makes every descriptor of this process but 0, 1 and 2 close at exec(2).
///
/// They are other programs' pipes, and sockets of libraries that do not care.
private func keepDescriptors() {
    for descriptor in ((try? listDirectory("/proc/self/fd")) ?? []).compactMap(Int32.init)
    where descriptor > 2 {
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }
}

/// Lends strings as C wants an argument vector: pointers, and a null pointer at the end.
private func withCStrings<Value>(
    _ strings: [String],
    _ body: ([UnsafeMutablePointer<CChar>?]) -> Value
) -> Value {
    let pointers = strings.map { strdup($0) }
    defer {
        for pointer in pointers {
            free(pointer)
        }
    }
    return body(pointers + [nil])
}
