/// Where a sender listens for what comes of its tasks: the name of a queue, as `reply_to` in their messages.
///
/// The writer of a sender's messages and its ``ResultBackend`` share one. Results that are stored are looked up
/// by the ids of their tasks; those of `rpc://` are sent to this queue.
package struct ReplyAddress: Equatable, Sendable {
    package let queue: String

    /// One that no other sender has.
    package init() {
        queue = UUIDText.random()
    }
}
