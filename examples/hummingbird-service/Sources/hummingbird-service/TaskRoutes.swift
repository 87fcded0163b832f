import Hummingbird
import ServiceLifecycle
import TaskQueueWorker

/// What is sent over HTTP: tasks come in, and are asked for by their ids.
struct TaskRoutes {
    let client: TaskQueueClient

    func router() -> Router<BasicRequestContext> {
        let router = Router()
        router.post("primes", use: send)
        router.get("tasks/:id", use: look)
        return router
    }

    /// `POST /primes`: sends the task, and says where it can be asked for.
    private func send(
        _ request: Request,
        _ context: BasicRequestContext
    ) async throws -> EditedResponse<TaskReply> {
        let task = try await request.decode(as: CountPrimes.self, context: context)
        do {
            let sent = try await client.send(task, SendOptions(queue: "primes"))
            return EditedResponse(
                status: .accepted,
                headers: [.location: "/tasks/\(sent.id)"],
                response: TaskReply(id: sent.id, state: "pending")
            )
        } catch {
            throw HTTPError(error)
        }
    }

    /// `GET /tasks/ID?wait=20s`: what came of it, once it has ended, or when the time is over.
    private func look(
        _ request: Request,
        _ context: BasicRequestContext
    ) async throws -> EditedResponse<TaskReply> {
        let task = client.task(try context.parameters.require("id"), returning: Primes.self)
        let wait = try request.uri.queryParameters["wait"].map { try Wait($0) } ?? Wait.none
        do {
            guard try await task.status() != .unknown else { throw HTTPError(.notFound) }
            // A server that shuts down keeps nobody waiting.
            let primes = try await cancelWhenGracefulShutdown {
                try await task.value(timeout: wait.duration)
            }
            return .init(response: TaskReply(id: task.id, state: "succeeded", result: primes))
        } catch let failure as TaskError {
            return .init(response: TaskReply(id: task.id, state: "failed", error: failure))
        } catch is CancellationError {
            return .init(status: .accepted, response: TaskReply(id: task.id, state: "pending"))
        } catch let error as TaskQueueError {
            guard error.kind == .timedOut else { throw HTTPError(error) }
            return .init(status: .accepted, response: TaskReply(id: task.id, state: "pending"))
        }
    }
}

extension HTTPError {
    /// The queue's trouble, as a client of this service sees it.
    fileprivate init(_ error: TaskQueueError) {
        switch error.kind {
        case .unavailable, .closed:
            self.init(.serviceUnavailable, headers: [.retryAfter: "5"], message: error.description)
        case .request: self.init(.badRequest, message: error.description)
        default: self.init(.internalServerError, message: error.description)
        }
    }
}
