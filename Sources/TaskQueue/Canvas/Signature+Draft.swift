extension Signature {
    /// The signature of a task as its sender describes it.
    ///
    /// A unique key is not in it: signatures have none.
    package init(_ draft: TaskDraft, isImmutable: Bool = false) {
        let options = draft.options
        var object = JSONWriter()
        object.beginObject()
        if let queue = options.queue { object.field("queue", queue.text) }
        if let priority = options.priority { object.field("priority", priority) }
        if let ignores = options.ignoresResult { object.field("ignore_result", ignores) }
        if let id = options.id { object.field("task_id", id.text) }
        switch options.eta {
        case .after(let length): object.field("countdown", length.inSeconds)
        case .at(let time): object.field("eta", time.iso8601)
        case nil: break
        }
        switch options.expires {
        case .after(let length): object.field("expires", length.inSeconds)
        case .at(let time): object.field("expires", time.iso8601)
        case nil: break
        }
        let limits = options.shared.timeLimits
        if let hard = limits.hard { object.field("time_limit", hard) }
        if let soft = limits.soft { object.field("soft_time_limit", soft) }
        if let most = options.shared.maxRetries { object.field("max_retries", most) }
        object.endObject()
        self = Self.known(
            Signature(
                name: draft.task.text,
                args: draft.arguments.args,
                kwargs: draft.arguments.kwargs,
                options: JSONText(wellFormed: object.bytes),
                isImmutable: isImmutable
            )
        )
    }

    /// Signatures one after the other; of one it is that one.
    ///
    /// - Parameters:
    ///   - steps: in the order in which they run; at least one.
    ///   - errbacks: called for each that fails.
    /// - Returns: a chain.
    package static func chain(_ steps: [Signature], onError errbacks: [Signature]) -> Signature {
        guard steps.count > 1 || !errbacks.isEmpty else { return steps[0] }
        return made("chain", of: steps).appending("link_error", errbacks)
    }

    package static func group(_ members: [Signature]) -> Signature { made("group", of: members) }
}

extension Duration {
    fileprivate var inSeconds: Double { Double(microseconds) / 1_000_000 }
}
