extension DeadLetter {
    /// Says of a task that it kills the workers that hold it.
    ///
    /// - Parameters:
    ///   - delivery: of the task, with its losses.
    ///   - id: of the task; `nil`: it is not known.
    ///   - task: its name; `nil`: it is not known.
    ///   - expectsResult: whether its failure is stored.
    ///   - now: when that was found.
    /// - Returns: what is set aside.
    package static func poison(
        _ delivery: Delivery,
        id: TaskID?,
        task: TaskName?,
        expectsResult: Bool,
        at now: Timestamp
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
            result: expectsResult ? result : nil
        )
    }
}
