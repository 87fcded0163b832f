import ServiceLifecycle
import TaskQueueWorker

/// A worker among the services of a program.
struct WorkerService: Service {
    let worker: TaskWorker

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await worker.run()
        } onGracefulShutdown: {
            worker.stop()
        }
    }
}
