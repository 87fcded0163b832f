import Glibc
package import TaskQueue
package import TaskSettings

extension WorkerLimits {
    /// The given values, else those of the settings, else as many tasks at once as there are cores.
    package init(_ settings: Settings, concurrency: Int?, prefetch: Int?) {
        let cores = max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1)
        self.init(concurrency: concurrency ?? settings.workerConcurrency ?? cores)
        self.prefetch = prefetch ?? settings.workerPrefetch
        messageBytes = settings.messageMaxBytes ?? BodyReader.usualLimit
    }
}

extension Settings {
    /// The queues of a worker that is given no others.
    package var queuesToServe: [QueueName] { workerQueues ?? [taskDefaultQueue ?? .celery] }
}
