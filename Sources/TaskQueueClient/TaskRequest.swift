/// The arguments of a task, as a type that its senders and its handler share.
///
/// Its properties are the task's keyword arguments; Celery, `tq-send` and others send them by name, or one
/// after the other in the order of the properties. Dates are sent in ISO 8601, to the microsecond: `Date()`
/// comes back rounded, and a date outside the years 1 to 9999, such as `Date.distantPast`, is refused.
///
/// ```swift
/// struct Thumbnail: TaskRequest {
///     typealias Output = String
///     static let taskName = "images.thumbnail"
///
///     var path: String
///     var width: Int
/// }
/// ```
public protocol TaskRequest: Codable, Sendable {
    /// What the task's handler returns.
    associatedtype Output: Codable & Sendable = NoOutput

    /// The name by which a worker finds what to run: not empty, and without control characters.
    static var taskName: String { get }

    /// How tasks of this type are sent, unless the call says otherwise.
    ///
    /// ```swift
    /// struct Mail: TaskRequest {
    ///     static let taskName = "mail.send"
    ///     static let sendOptions = SendOptions(queue: "mail", priority: 3)
    ///
    ///     var to: String
    /// }
    /// ```
    static var sendOptions: SendOptions { get }
}

extension TaskRequest {
    /// As the settings have it.
    public static var sendOptions: SendOptions { SendOptions() }
}
