internal import TaskQueue

/// What came of a task, as the scripts that settle tasks are given it.
///
/// It is a record, or nothing; or else two parts with a newline between: the sending of the id that it is the
/// outcome of (``NamedSending``; empty: the sender did not name the id), and a record, or nothing: then there
/// will be no record, and anyone waiting for it is told.
enum Outcome {
    /// - Parameters:
    ///   - record: what is to be stored; `nil`: nothing is.
    ///   - isForgotten: whether somebody may wait for a result that there will not be.
    ///   - delivery: of the task.
    /// - Returns: empty if there is nothing to store or to tell.
    static func argument(
        _ record: [UInt8]?,
        isForgotten: Bool,
        of delivery: Delivery
    ) -> [UInt8] {
        guard record != nil || isForgotten else { return [] }
        guard let sending = delivery.content.namedSending else { return record ?? [0x0A] }
        return Array(sending.utf8) + [0x0A] + (record ?? [])
    }
}

extension FinishedTask {
    var outcome: [UInt8] {
        Outcome.argument(result?.json, isForgotten: forgotten != nil, of: delivery)
    }

    var resultKey: String { RedisKeys.result(result?.id ?? forgotten ?? TaskID("")) }
}

extension DeadLetter {
    var outcome: [UInt8] {
        Outcome.argument(result?.json, isForgotten: forgotten != nil, of: delivery)
    }

    var resultKey: String { RedisKeys.result(result?.id ?? forgotten ?? TaskID("")) }
}

extension ProgressReport {
    var outcome: [UInt8] { Outcome.argument(result.json, isForgotten: false, of: delivery) }
}
