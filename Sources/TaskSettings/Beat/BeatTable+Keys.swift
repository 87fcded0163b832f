internal import TaskQueue
internal import TaskSchedules

extension BeatTable {
    /// Every key of the table.
    static let keys: [SettingsKey<BeatTable>] = messageKeys + timeKeys + policyKeys

    private static let messageKeys: [SettingsKey<BeatTable>] = [
        SettingsKey("task") { table, item throws(SettingsError) in
            guard let task = TaskName(try item.text()) else {
                throw item.badValue("a task's name has no control characters")
            }
            table.task = task
        },
        SettingsKey("args") { table, item throws(SettingsError) in
            table.arguments.args = try item.json(.array, "an array")
        },
        SettingsKey("kwargs") { table, item throws(SettingsError) in
            table.arguments.kwargs = try item.json(.object, "a table")
        },
        SettingsKey("queue") { table, item throws(SettingsError) in
            table.options.queue = try item.queueName()
        },
        SettingsKey("options") { table, item throws(SettingsError) in
            try SettingsKey.read(item.members(), by: TaskOptions.keys, into: &table.options)
        },
        SettingsKey("expires") { table, item throws(SettingsError) in
            let expires = try item.duration()
            guard expires > .zero else { throw item.badValue("it has to be above zero") }
            table.options.expires = .after(expires)
        },
    ]

    private static let timeKeys: [SettingsKey<BeatTable>] = [
        SettingsKey("schedule") { table, item throws(SettingsError) in table.schedule = item },
        SettingsKey("crontab_semantics") { table, item throws(SettingsError) in
            table.semantics = try item.choice(CrontabSemantics.self)
            table.semanticsItem = item
        },
        SettingsKey("offset") { table, item throws(SettingsError) in table.offset = item },
        SettingsKey("timezone") { table, item throws(SettingsError) in table.timezone = item },
        SettingsKey("dst_gap") { table, item throws(SettingsError) in
            table.clockChanges.gap = try item.choice(ClockChangeRule.Gap.self)
            table.gapItem = item
        },
        SettingsKey("dst_overlap") { table, item throws(SettingsError) in
            table.clockChanges.overlap = try item.choice(ClockChangeRule.Overlap.self)
            table.overlapItem = item
        },
    ]

    private static let policyKeys: [SettingsKey<BeatTable>] = [
        SettingsKey("jitter") { table, item throws(SettingsError) in
            table.jitter = try item.duration()
        },
        SettingsKey("catch_up") { table, item throws(SettingsError) in
            table.catchUp = try item.choice(BeatEntry.CatchUp.self)
        },
        SettingsKey("overlap") { table, item throws(SettingsError) in
            table.overlap = try item.choice(BeatEntry.Overlap.self)
        },
        SettingsKey("until") { table, item throws(SettingsError) in table.until = item },
        SettingsKey("count") { table, item throws(SettingsError) in
            table.count = try item.integer(in: 1...1_000_000_000_000)
        },
        SettingsKey("enabled") { table, item throws(SettingsError) in
            table.isEnabled = try item.boolean()
        },
    ]
}

extension TaskOptions {
    /// Every key of the table `options`.
    static let keys: [SettingsKey<TaskOptions>] = [
        SettingsKey("priority") { options, item throws(SettingsError) in
            options.priority = try item.integer(in: priorities)
        },
        SettingsKey("time_limit") { options, item throws(SettingsError) in
            options.shared.timeLimits.hard = TimeLimits.seconds(try item.duration())
        },
        SettingsKey("soft_time_limit") { options, item throws(SettingsError) in
            options.shared.timeLimits.soft = TimeLimits.seconds(try item.duration())
        },
        SettingsKey("max_retries") { options, item throws(SettingsError) in
            options.shared.maxRetries = try item.integer(in: -1...1_000_000_000)
        },
        SettingsKey("ignore_result") { options, item throws(SettingsError) in
            options.ignoresResult = try item.boolean()
        },
    ]
}
