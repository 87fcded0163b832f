/// An entry of `task_routes`: where tasks of some names go.
package struct TaskRoute: Sendable {
    /// The names it is for.
    package let pattern: GlobPattern
    /// `nil` for the default queue.
    package var queue: QueueName?
    /// 0 to 9; `nil` for the default.
    package var priority: Int?

    /// What `-p` takes: the levels that Celery has on Redis.
    static let priorities = 0...9
}

extension TaskRoute {
    /// Every key of the table; a text in its place is the queue.
    static let keys: [SettingsKey<TaskRoute>] = [
        SettingsKey("queue") { route, item throws(SettingsError) in
            route.queue = try item.queueName()
        },
        SettingsKey("priority") { route, item throws(SettingsError) in
            route.priority = try item.integer(in: priorities)
        },
    ]

    /// Reads one entry of `task_routes`.
    init(_ item: SettingsItem) throws(SettingsError) {
        pattern = GlobPattern(item.name)
        switch item.value.content {
        case .string: queue = try item.queueName()
        case .table:
            try SettingsKey.read(
                item.members(),
                by: Self.keys,
                hint: "a name with a dot needs quotes, as in \"sms.send\"",
                into: &self
            )
        default: throw item.wrongType("a queue's name or a table")
        }
    }
}
