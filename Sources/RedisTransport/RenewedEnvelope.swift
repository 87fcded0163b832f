internal import TaskQueue

/// The envelope of a dead letter that is sent again: as it was, but for the count of workers that died
/// holding it.
struct RenewedEnvelope {
    let bytes: [UInt8]
    /// Of its priority.
    let step: Int
    let ignoresResult: Bool

    /// An envelope that is none stays as it is.
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
        guard message.headers[key: "tq_losses"] != nil else {
            bytes = original
            return
        }
        let zero = JSONText(wellFormed: [UInt8(ascii: "0")])
        let headers = message.headers.setting([("tq_losses", zero)])
        bytes = JSONText(wellFormed: original).setting([("headers", headers)]).bytes
    }
}
