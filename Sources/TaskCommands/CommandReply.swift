internal import TaskQueue

/// A command's answer about its task in JSON: the object with the one key `tq`.
///
/// `cli.md` is its contract: `error` with `retry` or `fatal`, `replace`, `requeue`, `result`.
enum CommandReply {
    /// Reads a value that a command has written.
    ///
    /// - Returns: `nil` if it is not an object of this kind: then it is the result itself, or progress.
    static func outcome(_ value: JSONText) -> TaskOutcome? {
        guard value.kind == .object, let members = value.members, members.count == 1,
            members[0].key == "tq"
        else { return nil }
        let answer = members[0].value
        if let result = answer[key: "result"] { return .success(result) }
        if let error = answer[key: "error"] { return failed(error, answer) }
        if let replacement = answer[key: "replace"] {
            return replaced(by: replacement, value)
        }
        if answer[key: "requeue"]?.boolean == true { return .putBack }
        return unknown("it has none of error, replace, requeue and result", value)
    }

    private static func replaced(by replacement: JSONText, _ value: JSONText) -> TaskOutcome {
        do throws(SignatureProblem) {
            return .replaced(by: try Replacement(replacement))
        } catch {
            return unknown("its replacement is refused, because \(error)", value)
        }
    }

    /// Whether a line that is incomplete, or not JSON, was meant as an answer, by how it begins.
    static func begins(_ line: some Collection<UInt8>) -> Bool {
        let start = line.prefix(32).filter { ![0x20, 0x09, 0x0D].contains($0) }
        return start.starts(with: "{\"tq\":".utf8)
    }

    private static func failed(_ error: JSONText, _ answer: JSONText) -> TaskOutcome {
        let failure = failure(error)
        let traceback = error[key: "traceback"]?.string
        if answer[key: "fatal"]?.boolean == true { return .fatal(failure, traceback: traceback) }
        switch answer[key: "retry"] {
        case nil, .some(.null): return .failure(failure, traceback: traceback)
        case .some(let retry) where retry.boolean == false:
            return .failure(failure, traceback: traceback)
        case .some(let retry):
            return .retry(delay: delay(retry), failure, traceback: traceback)
        }
    }

    /// Seconds, or a duration as text; `nil` for `true`: the worker's settings decide.
    private static func delay(_ value: JSONText) -> Duration? {
        if let seconds = value.double { return try? DurationText.parse(seconds: seconds) }
        return value.string.flatMap { try? DurationText.parse($0) }
    }

    /// A text, or `{"type", "message", "args", "module", "traceback"}`.
    private static func failure(_ error: JSONText) -> TaskFailure {
        guard error.kind == .object else {
            return TaskFailure.command(error.string ?? error.text)
        }
        let message = error[key: "message"].map { $0.string ?? $0.text }
        let type = error[key: "type"]?.string ?? "CommandFailed"
        let module = error[key: "module"]?.string ?? "tq"
        guard let arguments = error[key: "args"], arguments.kind == .array else {
            return TaskFailure(type: type, message: message ?? "", module: module)
        }
        return TaskFailure(type: type, arguments: arguments, module: module)
    }

    private static func unknown(_ reason: String, _ value: JSONText) -> TaskOutcome {
        let text = String(decoding: value.bytes.prefix(200), as: UTF8.self)
        return .failure(
            TaskFailure.command("its answer is not understood, \(reason): \(text)"),
            traceback: nil
        )
    }
}
