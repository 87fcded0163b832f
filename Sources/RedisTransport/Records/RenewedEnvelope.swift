internal import TaskQueue

/// The envelope of a dead letter that is sent again: as it was, except that the counts of workers that died
/// holding it and of its retries start anew.
struct RenewedEnvelope {
    let bytes: [UInt8]
    /// Of its priority.
    let step: Int
    let ignoresResult: Bool

    /// Bytes that are not an envelope stay as they are.
    init(_ original: [UInt8]) {
        guard let message = try? Envelope.decode(original) else {
            bytes = original
            step = 0
            ignoresResult = true
            return
        }
        let priority = message.properties[key: "priority"]?.integer ?? 0
        step = RedisKeys.step(ofPriority: priority)
        ignoresResult = message.headers[key: "ignore_result"]?.boolean ?? false
        guard let headers = TaskMessage.renewed(message.headers) else {
            bytes = original
            return
        }
        bytes = JSONText(wellFormed: original).setting([("headers", headers)]).bytes
    }
}
