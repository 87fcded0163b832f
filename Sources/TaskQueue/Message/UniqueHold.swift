/// A key that one unfinished task at a time may hold: see ``UniqueSending``.
///
/// It stands in two headers that Celery ignores and keeps: `tq_unique`, the key, and `tq_unique_for`, a
/// number of seconds, which may be missing.
package struct UniqueHold: Equatable, Sendable {
    package let key: String
    /// After so long the key is free again, whatever has become of the task; `nil`: when the task ends.
    package let lifetime: Duration?

    static let keyHeader = "tq_unique"
    static let lifetimeHeader = "tq_unique_for"

    /// A lifetime of zero means no limit.
    package init(_ key: String, for lifetime: Duration? = nil) {
        self.key = key
        self.lifetime = lifetime.flatMap { $0 > .zero ? $0 : nil }
    }

    /// Reads a message's headers; `nil` if they name no key.
    package init?(headers: JSONText) {
        guard let key = headers[key: Self.keyHeader]?.string else { return nil }
        self.key = key
        let seconds = headers[key: Self.lifetimeHeader].flatMap { Double($0.text) }
        // Any client may write the header.
        lifetime = seconds.flatMap { $0 > 0 && $0 < 1e10 ? .seconds($0) : nil }
    }
}

extension RawMessage {
    /// The id of the task and the key that it may hold; `nil` if it names no key, or cannot be read.
    package var unique: (id: TaskID, hold: UniqueHold)? {
        guard hasOwnHeaders, let headers, let id = TaskMessage.id(in: headers),
            let hold = UniqueHold(headers: headers)
        else { return nil }
        return (id, hold)
    }
}
