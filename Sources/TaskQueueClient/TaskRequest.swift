/// The arguments of a task, as a type that its senders and its handler share.
///
/// Its properties are the task's keyword arguments; Celery, `tq-send` and others send them by name, or one
/// after the other in the order of the properties.
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
}
