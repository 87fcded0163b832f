internal import TaskQueue

/// Looks for tasks by their ids, wherever they are: page by page, so that no call keeps the server from others
/// for long.
///
/// It costs as much as there are tasks, so it is for operators, and for questions with no other answer.
struct TaskSearch {
    /// Tasks looked at in one script.
    static let page = 500

    private let scripts: ScriptRunner

    init(_ scripts: ScriptRunner) {
        self.scripts = scripts
    }

    /// Those of the ids whose tasks wait, are delayed or are in a worker's hands.
    func find(_ ids: [TaskID]) throws(BrokerError) -> Set<TaskID> {
        var found: Set<TaskID> = []
        for queue in try queues() {
            found.formUnion(try look(for: ids, in: RedisKeys.delayed(queue), as: .zset))
            for step in RedisKeys.prioritySteps {
                let list = RedisKeys.list(queue, step: step)
                found.formUnion(try look(for: ids, in: list, as: .list))
            }
        }
        found.formUnion(try look(for: ids, in: RedisKeys.unacknowledged, as: .hash))
        return found
    }

    /// Takes delayed tasks out, frees the keys that they hold, and forgets that they were revoked.
    ///
    /// - Returns: those of the ids that were among them.
    func takeOutDelayed(_ ids: [TaskID]) throws(BrokerError) -> Set<TaskID> {
        var taken: Set<TaskID> = []
        for queue in try queues() {
            taken.formUnion(try look(for: ids, in: RedisKeys.delayed(queue), as: .take))
        }
        return taken
    }

    /// The names of all queues that exist.
    func queues() throws(BrokerError) -> [QueueName] {
        var names: Set<String> = []
        var cursor = ScanCursor()
        var hasMore = true
        while hasMore {
            let page = try scripts.run(FindQueues(cursor: cursor))
            hasMore = cursor.advance(to: page.cursor)
            names.formUnion(page.names)
        }
        return names.compactMap(QueueName.init)
    }

    private func look(
        for ids: [TaskID],
        in key: String,
        as kind: SearchTasks.Kind
    ) throws(BrokerError) -> Set<TaskID> {
        let names = Dictionary(ids.map { (Self.name($0), $0) }) { first, _ in first }
        var found: Set<TaskID> = []
        var cursor = ScanCursor()
        var hasMore = true
        while hasMore {
            let page = try scripts.run(
                SearchTasks(key: key, kind: kind, cursor: cursor, ids: names)
            )
            hasMore = cursor.advance(to: page.cursor)
            found.formUnion(page.found)
        }
        return found
    }

    /// As it stands in a message, between the quotes.
    private static func name(_ id: TaskID) -> String {
        String(JSONText(string: id.text).text.dropFirst().dropLast())
    }
}
