internal import CLinux
internal import Glibc

/// POSIX threads.
package enum Thread {
    /// Starts a thread that nobody waits for, with all signals blocked.
    package static func startDetached(_ body: @escaping @Sendable () -> Void) {
        pthread_detach(start(body))
    }

    /// Starts a thread with all signals blocked; it is to be joined.
    static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t {
        var all = sigset_t()
        var old = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &old)
        defer { pthread_sigmask(SIG_SETMASK, &old, nil) }
        let box = Unmanaged.passRetained(Body(body))
        var thread = pthread_t()
        let code = pthread_create(
            &thread,
            nil,
            { argument in
                if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            },
            box.toOpaque()
        )
        precondition(
            code == 0,
            "no thread can be started: raise the limit of processes (ulimit -u)"
        )
        return thread
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }
}
