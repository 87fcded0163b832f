/// A task to be run later, as Celery's signatures name it (`celery-wire`, section 4).
package struct Signature: Equatable, Sendable {
    package let task: TaskName
    /// A JSON array.
    package let args: JSONText
    /// A JSON object.
    package let kwargs: JSONText
    /// A JSON object with `queue`, `countdown` and the like.
    package let options: JSONText

    /// Reads a signature; `nil` if the value is not one.
    package init?(_ value: JSONText) {
        guard let task = value[key: "task"]?.string.flatMap(TaskName.init) else { return nil }
        self.task = task
        args = value[key: "args"] ?? .emptyArray
        kwargs = value[key: "kwargs"] ?? .emptyObject
        options = value[key: "options"] ?? .emptyObject
        guard args.kind == .array, kwargs.kind == .object, options.kind == .object else {
            return nil
        }
    }
}
