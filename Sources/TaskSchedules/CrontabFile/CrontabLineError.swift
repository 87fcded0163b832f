internal import TaskQueue

/// What is wrong with a line whose number is known elsewhere.
struct CrontabLineError: Error {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}
