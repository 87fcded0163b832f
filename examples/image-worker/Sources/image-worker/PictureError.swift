import TaskQueueWorker

/// Why there is no thumbnail.
enum PictureError: Error {
    case unreadable(path: String, reason: String)
    case broken(path: String, reason: String)
    case unwritable(path: String, reason: String)
    case badWidth(Int)
}

extension PictureError {
    /// What becomes of the task: thrown by its handler.
    var verdict: any Error {
        switch self {
        case .unreadable: TaskError("PictureUnreadable", description)
        // No other try mends it: it is kept with the dead letters.
        case .broken: TaskVerdict.failForGood(TaskError("PictureBroken", description))
        case .badWidth: TaskVerdict.failForGood(TaskError("BadWidth", description))
        // A full disk has room again some day.
        case .unwritable:
            TaskVerdict.retry(because: TaskError("PictureUnwritable", description))
        }
    }
}

extension PictureError: CustomStringConvertible {
    var description: String {
        switch self {
        case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
        case .broken(let path, let reason): "\(path) is no picture that libgd can read: \(reason)"
        case .unwritable(let path, let reason): "cannot write \(path): \(reason)"
        case .badWidth(let width): "a thumbnail is 1 to 10000 pixels wide, not \(width)"
        }
    }
}

/// Does a handler's work, and says what becomes of the task if that fails.
func judged<Value>(_ work: () throws(PictureError) -> Value) throws -> Value {
    do throws(PictureError) { return try work() } catch { throw error.verdict }
}
