internal import TaskQueue

/// What came of a task, as the scripts that settle tasks are given it.
///
/// It is a record, or nothing; or else two parts with a newline between: the sending of the id that it is the
/// outcome of (``NamedSending``; empty: the sender did not name the id), and a record. Instead of that there may be
/// nothing, or the hour of the id: then there will be no record, and anyone waiting for it is told.
enum Outcome {
    /// - Parameters:
    ///   - record: what is to be stored; `nil`: nothing is.
    ///   - forgotten: an id for whose result, which there will not be, somebody may wait; `nil`: nobody does.
    ///   - delivery: of the task.
    /// - Returns: empty if there is nothing to store or to tell.
    static func argument(
        _ record: [UInt8]?,
        forgotten: TaskID?,
        of delivery: Delivery
    ) -> [UInt8] {
        guard record != nil || forgotten != nil else { return [] }
        if let sending = delivery.content.namedSending {
            return Array(sending.utf8) + [0x0A] + (record ?? [])
        }
        if let record { return record }
        let hour = forgotten.flatMap(TaskIDParts.init).map { String($0.bucket) }
        return [0x0A] + Array((hour ?? "").utf8)
    }
}

extension FinishedTask {
    var outcome: [UInt8] {
        Outcome.argument(result?.json, forgotten: forgotten, of: delivery)
    }

    var resultKey: String { RedisKeys.result(result?.id ?? forgotten ?? TaskID("")) }
}

extension DeadLetter {
    var outcome: [UInt8] {
        Outcome.argument(result?.json, forgotten: forgotten, of: delivery)
    }

    var resultKey: String { RedisKeys.result(result?.id ?? forgotten ?? TaskID("")) }
}

extension ProgressReport {
    var outcome: [UInt8] { Outcome.argument(result.json, forgotten: nil, of: delivery) }
}
