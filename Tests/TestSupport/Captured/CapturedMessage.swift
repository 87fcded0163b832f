package import TaskQueue

/// A message of a fixture, as the queue held it and as Python decodes it.
package struct CapturedMessage: Sendable {
    package let raw: [UInt8]
    package let decoded: JSONText

    package init?(_ value: JSONText) {
        guard let raw = value[key: "raw"]?.string, let decoded = value[key: "decoded"] else {
            return nil
        }
        self.raw = Array(raw.utf8)
        self.decoded = decoded
    }

    package var headers: JSONText? { decoded[key: "headers"] }
    package var properties: JSONText? { decoded[key: "properties"] }
}
