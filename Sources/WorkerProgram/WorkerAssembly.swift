package import Connections
import Decompression
import Glibc
package import TaskQueue

/// Puts a worker together: with its name, and connected to what the options name.
package struct WorkerAssembly {
    private let identity: WorkerIdentity
    private let transports: Transports

    /// - Parameters:
    ///   - name: as people see it, `tq@host`.
    ///   - transports: open its connections.
    package init(name: String, _ transports: Transports) {
        identity = WorkerIdentity(
            name: name,
            host: Host.name,
            pid: Int(getpid()),
            startedAt: .now()
        )
        self.transports = transports
    }

    /// A worker with a new id; the parameters are those of ``Worker``.
    package func worker(
        _ configuration: WorkerConfiguration,
        reload: @escaping () -> WorkerConfiguration? = { nil },
        runner: any TaskRunner,
        pulse: WorkerPulse? = nil,
        report: @escaping @Sendable (WorkerEvent) -> Void
    ) -> Worker {
        let id = UUIDText.random()
        #if Metrics
        let metrics = WorkerMetrics(serving: configuration.queues) {
            [transports] () throws(BrokerError) in
            try transports.openBroker().requiring(.queueCounting)
        }
        let (reload, report) = (metrics.noting(reload), metrics.noting(report))
        #endif
        return Worker(
            configuration,
            reload: reload,
            runner: runner,
            body: BodyReader(decompress: SystemDecompressor.decompress),
            connect: { [transports, identity] queues throws(BrokerError) in
                try transports.connectWorker(id, identity, queues: queues)
            },
            connectHeartbeat: connectHeartbeat(id),
            startPatience: transports.connectTimeout,
            pulse: pulse,
            report: report
        )
    }

    /// `nil` if neither the broker nor the place of the results hears of workers.
    private func connectHeartbeat(
        _ id: String
    ) -> (@Sendable () throws(BrokerError) -> any LeaseKeeper)? {
        guard transports.hearsOfWorkers else { return nil }
        return { [transports, identity] () throws(BrokerError) in
            try transports.connectHeartbeat(id, identity)
        }
    }
}
