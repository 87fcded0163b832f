import TaskQueue

/// A message of a fixture, as the queue held it and as Python decodes it.
struct CapturedMessage: Sendable {
    let raw: [UInt8]
    let decoded: JSONText

    init?(_ value: JSONText) {
        guard let raw = value[key: "raw"]?.string, let decoded = value[key: "decoded"] else {
            return nil
        }
        self.raw = Array(raw.utf8)
        self.decoded = decoded
    }

    var headers: JSONText? { decoded[key: "headers"] }
    var properties: JSONText? { decoded[key: "properties"] }
}
