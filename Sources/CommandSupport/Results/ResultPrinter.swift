internal import Glibc
package import TaskQueue

/// Prints the results of tasks: values to stdout, errors to stderr.
package struct ResultPrinter {
    package enum Format: Sendable {
        /// A string as it is, anything else as JSON.
        case result
        case json
        /// Only the state's word.
        case state
    }

    private let format: Format
    private let diagnostics: Diagnostics
    /// Whether to replace what would make a terminal do something.
    private let isMadeSafe: Bool
    private let printsNull: Bool
    private var output = OutputStream(descriptor: 1)

    /// - Parameters:
    ///   - format: of what goes to stdout.
    ///   - diagnostics: for errors.
    ///   - isRaw: whether to print results unchanged on a terminal too.
    ///   - printsNull: whether to print a result that is null, or else nothing.
    package init(
        _ format: Format,
        diagnostics: Diagnostics,
        isRaw: Bool = false,
        printsNull: Bool = true
    ) {
        self.format = format
        self.diagnostics = diagnostics
        self.printsNull = printsNull
        isMadeSafe = !isRaw && isatty(1) == 1
    }

    /// Prints one task.
    ///
    /// - Returns: the exit status that this task alone would have.
    package mutating func print(_ result: StoredResult) throws(CommandError) -> ExitCode {
        if result.state == .gone { return try print(result.id, .unknown) }
        switch format {
        case .json: try output.write(Self.json(result))
        case .state: try output.writeLine(SafeText.cell(result.state.rawValue))
        case .result: try printResult(result)
        }
        return Self.code(of: result)
    }

    /// Prints a task without a record.
    package mutating func print(_ id: TaskID, _ status: ResultStatus) throws(CommandError)
        -> ExitCode
    {
        switch status {
        case .stored(let result) where result.state != .gone: return try print(result)
        case .pending:
            switch format {
            case .json: try output.write(Self.json(id, state: TaskState.pending.rawValue))
            case .state: try output.writeLine(TaskState.pending.rawValue)
            case .result: try report("task \(id) is not finished: --wait waits for it")
            }
            return .pending
        case .unknown, .stored:
            if format == .json { try output.write(Self.json(id, state: nil)) }
            try report(
                "no task \(id): tq-send has not sent it here, or its result has expired, was forgotten or not stored"
            )
            return .noSuchTask
        }
    }

    package mutating func flush() throws(CommandError) {
        try output.flush()
    }

    private mutating func printResult(_ result: StoredResult) throws(CommandError) {
        switch result.state {
        case .success:
            if result.result == .null, !printsNull { return }
            let text = result.result.string.map { Array($0.utf8) } ?? result.result.compact.bytes
            guard isMadeSafe else { return try output.write(text + [0x0A]) }
            try output.writeLine(SafeText.lines(String(decoding: text, as: UTF8.self)))
        case .failure, .revoked:
            let failure = result.failure.map { "\($0)" } ?? result.result.text
            let word = result.state == .revoked ? "was revoked" : "failed"
            try report("task \(result.id) \(word): \(failure)")
            if let traceback = result.traceback, !traceback.isEmpty { diagnostics.text(traceback) }
        default:
            try report(
                "task \(result.id) is not finished (\(SafeText.cell(result.state.rawValue))): --wait waits for it"
            )
        }
    }

    /// Data first, so that both streams come in the order of the tasks if they are one.
    private mutating func report(_ message: String) throws(CommandError) {
        try output.flush()
        diagnostics.error(message)
    }

    package static func code(of result: StoredResult) -> ExitCode {
        switch result.state {
        case .success: .success
        case .failure: .taskFailed
        case .revoked: .revoked
        case .gone: .noSuchTask
        default: .pending
        }
    }

    /// The line of a task.
    private static func json(_ result: StoredResult) -> [UInt8] {
        let failure = result.failure
        let isDone = result.state == .success
        var writer = JSONWriter(capacity: result.result.bytes.count + 300)
        writer.beginObject()
        writer.field("id", result.id.text)
        writer.field("state", result.state.rawValue)
        writer.field("result", isDone ? result.result.compact : .null)
        writer.key("error")
        if let failure {
            writer.beginObject()
            writer.field("type", failure.type)
            writer.field("message", failure.message.compact)
            writer.field("module", failure.module)
            writer.endObject()
        } else {
            writer.null()
        }
        writer.field("traceback", result.traceback)
        writer.field("date_done", result.finishedAt?.iso8601)
        writer.field("progress", isDone || failure != nil ? .null : result.result.compact)
        writer.field("parent_id", result.parentID?.text)
        writer.field("group_id", result.groupID)
        writer.field("children", result.children.compact)
        writer.endObject()
        return writer.line
    }

    /// The line of a task without a record; `state` is `nil` if nobody knows it.
    private static func json(_ id: TaskID, state: String?) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("id", id.text)
        writer.field("state", state)
        for key in ["result", "error", "traceback", "date_done", "progress"] {
            writer.key(key)
            writer.null()
        }
        writer.endObject()
        return writer.line
    }
}
