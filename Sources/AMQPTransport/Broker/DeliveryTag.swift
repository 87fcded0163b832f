internal import TaskQueue

/// What names a delivery: the connection that it came over, its number there, and the task.
struct DeliveryTag {
    let connection: Substring
    let number: UInt64
    /// Its id, and which sending of it (``AMQPEvent/Delivered/id``); may be empty.
    let task: String

    /// Reads a tag of ours; `nil` if it is none.
    init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let number = UInt64(parts[1]) else { return nil }
        (connection, self.number, task) = (parts[0], number, String(parts[2]))
    }

    static func text(_ connection: String, _ message: AMQPEvent.Delivered) -> String {
        "\(connection):\(message.tag):\(message.id)"
    }
}
