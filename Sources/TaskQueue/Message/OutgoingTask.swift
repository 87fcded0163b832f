/// A task to be sent, with everything its message will say.
package struct OutgoingTask: Sendable {
    package var id: TaskID
    package var task: TaskName
    /// A JSON array.
    package var args: JSONText
    /// A JSON object.
    package var kwargs: JSONText
    package var queue: QueueName
    /// Not before; `nil`: at once.
    package var eta: Timestamp?
    /// Not after; `nil`: at any time.
    package var expires: Timestamp?
    /// 0 to 9, in the broker's own sense.
    package var priority = 0
    package var timeLimits = TimeLimits.none
    /// `nil`: the worker's settings say.
    package var maxRetries: Int?
    package var ignoresResult = false
    /// Whether a schedule sends it: the message says so as Celery's beat does.
    package var isPeriodic = false
    /// The key that it is to hold; `nil`: none.
    package var unique: UniqueHold?
    /// First task of the workflow; `nil`: this one.
    package var rootID: TaskID?
    /// The task that sends this one; `nil`: a client does.
    package var parentID: TaskID?
    /// Headers beside those of the protocol, such as a trace's: texts by names that are not the protocol's.
    package var headers: [String: String] = [:]

    package init(
        id: TaskID,
        task: TaskName,
        args: JSONText = .emptyArray,
        kwargs: JSONText = .emptyObject,
        queue: QueueName = .celery
    ) {
        self.id = id
        self.task = task
        self.args = args
        self.kwargs = kwargs
        self.queue = queue
    }
}
