/// Keeps small records for a time, for programs whose broker remembers nothing: what stores results does so for
/// RabbitMQ.
package protocol RecordStore: AnyObject {
    /// Writes records, each in one step.
    ///
    /// - Parameters:
    ///   - records: each has a key of its own.
    ///   - condition: when a record is written.
    /// - Returns: for each, the value that is there and stays; `nil`: it was written, or is to be written over a
    ///   record that is not there.
    /// - Throws: ``BrokerError``; some may be written by then.
    func write(
        _ records: [SharedRecord],
        if condition: SharedRecord.Condition
    ) throws(BrokerError) -> [String?]

    /// The values of records; `nil`: there is none, or its time is over.
    func values(of keys: [SharedRecord.Key]) throws(BrokerError) -> [String?]

    /// All records of a space, by the names in it.
    func records(in space: String) throws(BrokerError) -> [String: String]

    /// Removes records.
    ///
    /// - Parameters:
    ///   - keys: theirs.
    ///   - value: those that have another stay; `nil`: whatever they have.
    /// - Returns: how many were there, and were removed.
    /// - Throws: ``BrokerError``.
    func remove(_ keys: [SharedRecord.Key], if value: String?) throws(BrokerError) -> Int
}

/// A value that is kept for a time.
package struct SharedRecord: Equatable, Sendable {
    package let key: Key
    package let value: String
    /// At least a millisecond.
    package let lifetime: Duration

    package init(_ key: Key, _ value: String, for lifetime: Duration) {
        (self.key, self.value) = (key, value)
        self.lifetime = max(lifetime, .milliseconds(1))
    }

    package struct Key: Hashable, Sendable {
        /// Those of a space can be listed.
        package let space: String
        package let name: String

        package init(_ name: String, in space: String) {
            (self.name, self.space) = (name, space)
        }
    }

    /// When a record is written.
    package enum Condition: Sendable {
        case always
        /// None is there.
        case isNew
        /// One with the same value is there: it is kept for longer, or shorter.
        case isSame
    }
}
