/// What a backend knows of a task.
package enum ResultStatus: Equatable, Sendable {
    /// Never sent by tq, or its result has expired or was forgotten.
    case unknown
    /// Sent by tq, and nothing came out yet.
    case pending
    /// A record is there; its state need not be final.
    case stored(StoredResult)

    /// Whether nothing more will come of the task.
    package var isFinal: Bool {
        if case .stored(let result) = self { result.state.isFinal } else { false }
    }
}
