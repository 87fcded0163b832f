import Hummingbird
import TaskQueueWorker

/// A task as clients of this service see it.
struct TaskReply: ResponseEncodable {
    struct Failure: Encodable {
        var type: String
        var message: String
    }

    var id: String
    /// `pending`, `succeeded` or `failed`.
    var state: String
    var result: Primes?
    var error: Failure?

    init(id: String, state: String, result: Primes? = nil, error: TaskError? = nil) {
        self.id = id
        self.state = state
        self.result = result
        self.error = error.map { Failure(type: $0.type, message: $0.message) }
    }
}
