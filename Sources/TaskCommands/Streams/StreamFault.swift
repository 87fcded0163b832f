internal import TaskQueue

/// Why a stream command can answer no more tasks, though it runs on.
enum StreamFault {
    case closedInput
    case closedOutput
    /// It has written a line that answers no task: nobody knows to which tasks the lines after it
    /// belong.
    case outOfStep
}

extension StreamFault: CustomStringConvertible {
    var description: String {
        switch self {
        case .closedInput: "closed its stdin"
        case .closedOutput: "closed its stdout"
        case .outOfStep: "wrote a line that was not asked for"
        }
    }
}
