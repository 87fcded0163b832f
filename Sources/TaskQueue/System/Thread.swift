internal import CLinux
internal import Glibc

/// POSIX threads.
package enum Thread {
    /// Starts a thread that nobody waits for, with all signals blocked.
    ///
    /// - Throws: ``ResourceShortage`` if no thread can be started.
    package static func startDetached(
        _ body: @escaping @Sendable () -> Void
    ) throws(ResourceShortage) {
        pthread_detach(try start(body))
    }

    /// Waits for the end of a thread, which is left to itself if that takes longer than `limit`.
    static func join(_ thread: pthread_t, within limit: Duration) {
        let deadline = Instant.now + limit
        guard tq_join(thread, PollTimeout.milliseconds(until: deadline)) != 0 else { return }
        pthread_detach(thread)
    }

    /// Starts a thread with all signals blocked; it is to be joined.
    ///
    /// - Throws: ``ResourceShortage`` if no thread can be started.
    static func start(
        _ body: @escaping @Sendable () -> Void
    ) throws(ResourceShortage) -> pthread_t {
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
        guard code == 0 else {
            box.release()
            throw ResourceShortage(.thread, code: code)
        }
        return thread
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }
}
