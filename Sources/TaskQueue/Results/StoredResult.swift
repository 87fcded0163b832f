/// A result record, as Celery stores it (`celery-wire`, section 5.1).
package struct StoredResult: Equatable, Sendable {
    package let id: TaskID
    package let state: TaskState
    /// The value of a success, the exception of a failure, the metadata of a state of a task's own.
    package let result: JSONText
    /// The end of what a failed command wrote to stderr; `nil` if there is none.
    package let traceback: String?
    /// Result tuples of the tasks that this one sent: an array, or null.
    package let children: JSONText
    /// When it ended; `nil` if it has not.
    package let finishedAt: Timestamp?
    package let groupID: String?
    package let parentID: TaskID?
    /// The id as the task's sender writes it, if it is not text: Celery's readers compare it with theirs.
    var spelledID: JSONText?

    package init(
        id: TaskID,
        state: TaskState,
        result: JSONText,
        traceback: String? = nil,
        children: JSONText = .emptyArray,
        finishedAt: Timestamp? = nil,
        groupID: String? = nil,
        parentID: TaskID? = nil
    ) {
        self.id = id
        self.state = state
        self.result = result
        self.traceback = traceback
        self.children = children
        self.finishedAt = finishedAt
        self.groupID = groupID
        self.parentID = parentID
    }

    /// About how many bytes the record takes.
    package var size: Int { result.bytes.count + (traceback?.utf8.count ?? 0) }

    /// The error of a failed or revoked task; `nil` for other states.
    package var failure: TaskFailure? {
        state == .failure || state == .revoked || state == .retry ? TaskFailure(result) : nil
    }
}

extension StoredResult {
    /// Of a task that an operator has removed from its queue.
    package static func purged(_ id: TaskID, at now: Timestamp) -> StoredResult {
        StoredResult(
            id: id,
            state: .revoked,
            result: TaskFailure.revoked(because: "purged").json,
            children: .null,
            finishedAt: now
        )
    }

    /// Stands for a missing record: see ``TaskState/gone``.
    package static func gone(_ id: TaskID) -> StoredResult {
        StoredResult(id: id, state: .gone, result: .null)
    }
}

// MARK: - As JSON

extension StoredResult {
    /// The record's JSON object.
    package var json: [UInt8] {
        var writer = JSONWriter(capacity: result.bytes.count + (traceback?.utf8.count ?? 0) + 200)
        writer.beginObject()
        writer.field("status", state.rawValue)
        writer.field("result", result)
        writer.field("traceback", traceback)
        writer.field("children", children)
        writer.field("date_done", finishedAt?.iso8601)
        if let groupID {
            writer.field("group_id", groupID)
        }
        if let parentID {
            writer.field("parent_id", parentID.text)
        }
        writer.key("task_id")
        if let spelledID { writer.value(spelledID) } else { writer.value(id.text) }
        writer.endObject()
        return writer.bytes
    }

    /// Reads a record; `nil` if the bytes are not one.
    ///
    /// - Parameters:
    ///   - json: the bytes.
    ///   - id: the id under which it was found.
    package init?(json: [UInt8], id: TaskID) {
        guard let fields = try? JSONFields(json), let state = fields.string("status"),
            !state.isEmpty
        else { return nil }
        self.init(
            id: id,
            state: TaskState(rawValue: state),
            result: fields["result"] ?? .null,
            traceback: fields.string("traceback"),
            children: fields["children"] ?? .null,
            finishedAt: fields.string("date_done").flatMap { Timestamp(iso8601: $0) },
            groupID: fields.string("group_id"),
            parentID: fields.string("parent_id").map(TaskID.init)
        )
    }
}
