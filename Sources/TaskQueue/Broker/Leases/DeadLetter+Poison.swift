extension DeadLetter {
    /// Says of a task that it kills the workers that hold it.
    ///
    /// - Parameters:
    ///   - delivery: of the task, with its losses.
    ///   - id: of the task; `nil`: it is not known.
    ///   - task: its name; `nil`: it is not known.
    ///   - expectsResult: whether its failure is stored.
    ///   - now: when that was found.
    ///   - message: of the task, whose workflow ends with it; `nil`: it is not known.
    /// - Returns: what is set aside.
    package static func poison(
        _ delivery: Delivery,
        id: TaskID?,
        task: TaskName?,
        expectsResult: Bool,
        at now: Timestamp,
        message: Message?
    ) -> DeadLetter {
        let failure = Lease.failure(losses: delivery.losses)
        let result = id.map {
            StoredResult(id: $0, state: .failure, result: failure.json, finishedAt: now)
        }
        return DeadLetter(
            delivery,
            reason: "\(failure)",
            id: id,
            task: task,
            result: expectsResult ? result : nil,
            // What finds it is no worker: it knows no settings, and so no routes for what is called.
            sequel: message.flatMap { try? TaskMessage($0, body: BodyReader()) }
                .flatMap { Canvas().sequel(ofFailure: failure.json, of: $0, at: now) }
        )
    }
}
