internal import TaskQueue

extension TaskRoute {
    /// Every key of the table; a text in its place is the queue.
    static let keys: [SettingsKey<TaskRoute>] = [
        SettingsKey("queue") { route, item throws(SettingsError) in
            route.queue = try item.queueName()
        },
        SettingsKey("priority") { route, item throws(SettingsError) in
            route.priority = try item.integer(in: TaskOptions.priorities)
        },
    ]

    /// Reads one entry of `task_routes`.
    init(_ item: SettingsItem) throws(SettingsError) {
        self.init(pattern: GlobPattern(item.name))
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
