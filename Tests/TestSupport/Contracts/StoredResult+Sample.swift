package import TaskQueue

extension StoredResult {
    /// A task that has ended well.
    package static func success(_ id: TaskID, _ result: JSONText = .null) -> StoredResult {
        StoredResult(id: id, state: .success, result: result, finishedAt: .now())
    }

    /// A task that says how far it is: `current` of 10.
    package static func progress(_ id: TaskID, _ current: Int) -> StoredResult {
        let text = "{\"current\":\(current),\"total\":10}"
        return StoredResult(
            id: id,
            state: .progress,
            result: JSONText(wellFormed: Array(text.utf8))
        )
    }

    /// A task whose command failed.
    package static func failure(_ id: TaskID, _ message: String = "exit status 1") -> StoredResult {
        let failure = TaskFailure(type: "CommandFailed", message: message, module: "tq")
        return StoredResult(
            id: id,
            state: .failure,
            result: failure.json,
            traceback: "on stderr\n",
            finishedAt: .now()
        )
    }
}
