internal import Glibc

/// Runs Swift tasks on threads of their own, as many as there are steps to run, so that each may block.
///
/// A thread that has nothing to do for a while ends.
package final class ThreadExecutor: TaskExecutor, @unchecked Sendable {
    // Everything that changes is touched with the mutex held; a Mutex has no condition to wait for.
    package static let shared = ThreadExecutor()

    /// Seconds for which a thread waits for something to do.
    private static let patience = 10

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    /// Signalled when a job waits.
    private let change = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// Jobs that no thread has begun, in their order from `first` on.
    private var jobs: [UnownedJob] = []
    private var first = 0
    /// Threads that wait for a job.
    private var idle = 0

    private init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(change, nil)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pthread_mutex_lock(mutex)
        jobs.append(job)
        let isAwaited = jobs.count - first <= idle
        if isAwaited { pthread_cond_signal(change) }
        pthread_mutex_unlock(mutex)
        if !isAwaited { Thread.startDetached { self.work() } }
    }

    private func work() {
        // What a job starts inherits the mask: a program that never hears of SIGTERM.
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        while let job = next() { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    /// Waits for a job; `nil`: for too long.
    private func next() -> UnownedJob? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        var end = timespec()
        clock_gettime(CLOCK_REALTIME, &end)
        end.tv_sec += Self.patience
        while first == jobs.count {
            idle += 1
            let code = pthread_cond_timedwait(change, mutex, &end)
            idle -= 1
            if code == ETIMEDOUT, first == jobs.count { return nil }
        }
        defer {
            first += 1
            if first == jobs.count || first > 64 && 2 * first > jobs.count {
                jobs.removeFirst(first)
                first = 0
            }
        }
        return jobs[first]
    }
}
