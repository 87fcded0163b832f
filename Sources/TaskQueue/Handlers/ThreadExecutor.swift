internal import Glibc

/// Runs Swift tasks on its own threads, so that tasks that never suspend take nothing from Swift's few.
///
/// It begins with a fixed number of threads. When none of them has begun a job for a moment although jobs
/// wait, they are blocked or busy for long, and it starts another, one at a time. A thread that has nothing
/// to do for a while ends.
package final class ThreadExecutor: TaskExecutor, @unchecked Sendable {
    // Everything that changes is touched with the mutex held; a Mutex has no condition to wait for.

    /// For jobs that block: a thread for each waiting job.
    package static let shared = ThreadExecutor(width: .max, limit: .max)
    /// For handlers: as many threads as cores, while these suffice.
    package static let handlers = {
        let cores = max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 2)
        return ThreadExecutor(width: cores, limit: cores + 256)
    }()

    /// How many seconds a thread waits for something to do.
    private static let patience = 10
    /// In nanoseconds: threads that have begun nothing for this long are blocked or busy.
    private static let moment = 20_000_000

    /// How many threads are started as jobs come.
    private let width: Int
    /// The most threads there may be.
    private let limit: Int
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    /// Signalled when a job waits.
    private let change = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// Jobs that no thread has begun, in their order from `first` on.
    private var jobs: [UnownedJob] = []
    private var first = 0
    private var threads = 0
    /// Threads that wait for a job.
    private var idle = 0
    /// How many jobs were begun in all.
    private var begun: UInt64 = 0
    /// Whether a thread watches whether more are needed.
    private var isWatched = false
    /// Why a thread could not be started, until somebody has asked.
    private var shortage: ResourceShortage?

    /// - Parameters:
    ///   - width: how many threads are started as jobs come.
    ///   - limit: the most threads, when the others no longer begin anything.
    package init(width: Int, limit: Int) {
        (self.width, self.limit) = (width, limit)
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(change, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(change)
        pthread_mutex_destroy(mutex)
        change.deallocate()
        mutex.deallocate()
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pthread_mutex_lock(mutex)
        jobs.append(job)
        let isAwaited = waiting <= idle
        let starts = !isAwaited && threads < width
        let watches = !isAwaited && !starts && !isWatched && threads < limit
        if starts { threads += 1 }
        if watches { isWatched = true }
        let begun = begun
        pthread_mutex_unlock(mutex)
        // Not before: the thread that wakes would wait for the mutex.
        if isAwaited { pthread_cond_signal(change) }
        if starts { startThread() }
        if watches { startWatch(since: begun) }
    }

    /// Why a thread could not be started since the last call; `nil`: all could.
    func takeShortage() -> ResourceShortage? {
        pthread_mutex_lock(mutex)
        defer {
            shortage = nil
            pthread_mutex_unlock(mutex)
        }
        return shortage
    }

    /// Jobs that no thread has begun.
    private var waiting: Int { jobs.count - first }
}

extension ThreadExecutor {
    /// Starts a thread that is counted already, or tries again a second later: until then the jobs wait, if no
    /// other thread takes them.
    private func startThread() {
        do throws(ResourceShortage) { try Thread.startDetached { self.work() } } catch {
            pthread_mutex_lock(mutex)
            shortage = error
            threads -= 1
            pthread_mutex_unlock(mutex)
            Task.detached {
                // The kernel does not tell when another thread is possible; nobody cancels this.
                try? await Task.sleep(for: .seconds(1))
                if self.takesAnother() { self.startThread() }
            }
        }
    }

    /// Whether a thread is to be started for waiting jobs; if so, it is counted.
    private func takesAnother() -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard waiting > idle, threads < limit else { return false }
        threads += 1
        return true
    }

    private func startWatch(since begun: UInt64) {
        do throws(ResourceShortage) { try Thread.startDetached { self.watch(since: begun) } } catch
        {
            pthread_mutex_lock(mutex)
            shortage = error
            isWatched = false
            pthread_mutex_unlock(mutex)
        }
    }

    private func work() {
        // Whatever a job starts inherits the mask: a program that never hears of SIGTERM.
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
        clock_gettime(CLOCK_MONOTONIC, &end)
        end.tv_sec += Self.patience
        while waiting == 0 {
            idle += 1
            let code = pthread_cond_timedwait(change, mutex, &end)
            idle -= 1
            guard code != ETIMEDOUT || waiting > 0 else {
                threads -= 1
                return nil
            }
        }
        defer {
            first += 1
            begun += 1
            if first == jobs.count || first > 64 && 2 * first > jobs.count {
                jobs.removeFirst(first)
                first = 0
            }
        }
        return jobs[first]
    }

    /// Starts a thread after each moment in which jobs waited and none began, until no job waits.
    ///
    /// - Parameter begun: how many jobs had been begun when it was called for.
    private func watch(since begun: UInt64) {
        var last = begun
        while true {
            var moment = timespec(tv_sec: 0, tv_nsec: Self.moment)
            nanosleep(&moment, nil)
            guard let (now, isStuck) = look(since: last) else { return }
            if isStuck { startThread() }
            last = now
        }
    }

    /// - Parameter last: how many jobs had been begun at the last look.
    /// - Returns: how many have been now, and whether another thread is to be started, which is counted
    ///   already; `nil`: nobody needs to look any more.
    private func look(since last: UInt64) -> (begun: UInt64, isStuck: Bool)? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard waiting > idle else {
            isWatched = false
            return nil
        }
        let isStuck = begun == last && threads < limit
        if isStuck { threads += 1 }
        return (begun, isStuck)
    }
}
