internal import CLinux
internal import Glibc

/// A thread that was started; it is to be joined or left, once.
package struct Thread: Sendable {
    private let id: pthread_t

    /// Starts a thread that nobody waits for, with all signals blocked.
    ///
    /// - Throws: ``ResourceShortage`` if no thread can be started.
    package static func startDetached(
        _ body: @escaping @Sendable () -> Void
    ) throws(ResourceShortage) {
        try start(body).leave()
    }

    /// Starts a thread with all signals blocked; it is to be joined.
    ///
    /// - Throws: ``ResourceShortage`` if no thread can be started.
    package static func start(
        _ body: @escaping @Sendable () -> Void
    ) throws(ResourceShortage) -> Thread {
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
        return Thread(id: thread)
    }

    /// Waits for its end.
    package func join() { pthread_join(id, nil) }

    /// Waits for its end, and leaves it to itself if that takes longer than `limit`.
    package func join(within limit: Duration) {
        let deadline = Instant.now + limit
        if tq_join(id, PollTimeout.milliseconds(until: deadline)) != 0 { leave() }
    }

    /// Leaves it to itself: nobody waits for its end.
    package func leave() { pthread_detach(id) }

    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }
}
