/// What a message says besides what is its own: all that a ``MessageTemplate`` writes into its pieces.
///
/// Two messages with equal options differ in nothing that the pieces hold.
package struct MessageOptions: Equatable, Sendable {
    package var task: TaskName
    package var queue: QueueName
    /// 0 to 9, in the broker's own sense.
    package var priority: Int
    package var ignoresResult: Bool
    package var shared: SharedOptions
}
