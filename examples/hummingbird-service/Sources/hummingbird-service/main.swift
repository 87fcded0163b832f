import Hummingbird
import TaskQueueWorker

// A web service, and the worker that does what it is asked for, in one process. Where both are is said as
// for tq-work: $TQ_BROKER_URL, or tq.toml; more workers may run elsewhere, as `tq-work` or as this.

let logger = Logger(label: "primes")
let client = try TaskQueueClient()
// A service manager may wait longer than that for the process to end.
let configuration = TaskWorkerConfiguration(
    queues: ["primes"],
    logger: logger,
    shutdownTimeout: .seconds(20)
)
let worker = try TaskWorker(configuration) { tasks in
    tasks.on(CountPrimes.self) { context, task in
        try await Primes.count(below: task.below) { context.report($0, of: task.below) }
    }
}

let port = Environment().get("PORT", as: Int.self) ?? 8080
let application = Application(
    router: TaskRoutes(client: client).router(),
    configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
    // They stop in the opposite order: the server, the worker when its tasks have ended, the client.
    services: [client, worker],
    logger: logger
)
try await application.runService()
