import Glibc

/// Runs `body` on a thread of its own, where it may block as long as it likes.
package func detachThread(_ body: @escaping @Sendable () -> Void) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    var thread = pthread_t()
    let work = Unmanaged.passRetained(ThreadBody(body))
    let failure = pthread_create(
        &thread,
        &attributes,
        { work in
            if let work {
                Unmanaged<ThreadBody>.fromOpaque(work).takeRetainedValue().body()
            }
            return nil
        },
        work.toOpaque()
    )
    precondition(failure == 0, "cannot start a thread: \(String(cString: strerror(failure)))")
}

/// Carries a closure through C's void pointer.
private final class ThreadBody: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
        self.body = body
    }
}
