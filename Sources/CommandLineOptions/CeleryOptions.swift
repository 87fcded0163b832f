/// What to say of options that Celery's commands have and ours do not: each as it is typed there.
package enum CeleryOptions {
    private static let application = (
        names: ["-A", "--app"],
        hint:
            "tq needs no application: a task is a file in ./tasks, a table of tq.toml, or the COMMAND "
            + "after --; leave it out"
    )
    private static let log = (
        names: ["-f", "--logfile"], hint: "the log goes to standard error: write 2>>FILE"
    )
    private static let daemon = (
        names: ["-D", "--detach", "--pidfile", "--uid", "--gid"],
        hint: "it stays in the foreground: let systemd or supervisord manage it"
    )
    private static let schedule = (
        names: ["-s", "--schedule", "--schedule-filename", "-S", "--scheduler"],
        hint: "the broker remembers what was sent: leave it out"
    )

    /// Of `celery worker`.
    package static let worker = table([
        application, log, daemon, schedule,
        (["-P", "--pool"], "-c N runs N tasks at once, each a process of its own: leave it out"),
        (["-B"], "periodic tasks are sent with --beat"),
        (["-E", "--task-events", "--events"], "this version sends no events: leave it out"),
        (["--autoscale"], "-c N is the maximum, and an idle slot costs nothing"),
        (["-O", "--optimization"], "short tasks are held ahead: see --prefetch"),
        (["-X", "--exclude-queues"], "name the queues to serve with -Q"),
        (["--purge", "--discard"], "tq-ctl purge QUEUE empties a queue"),
        (["--max-tasks-per-child"], "a command is a process for one task: leave it out"),
        (["--max-memory-per-child"], "max_rss in [tasks.\"NAME\"] of tq.toml limits a command"),
        (
            ["--without-gossip", "--without-mingle", "--without-heartbeat"],
            "workers do not talk to each other: leave it out"
        ),
    ])

    /// Of `celery beat`.
    package static let beat = table([
        application, log, daemon, schedule,
        (["--max-interval"], "it wakes when an entry is due, and no earlier: leave it out"),
    ])

    /// Of `celery call`.
    package static let call = table([
        application,
        (["-a"], "write the arguments as words, or --args JSON"),
        (["-k"], "write them as key=word, or --kwargs JSON"),
        (["--countdown"], "write --in DURATION"),
        (["--eta"], "write --at TIME"),
        (["--routing-key", "--exchange"], "name the queue with -Q"),
    ])

    /// Of `celery result`.
    package static let result = table([
        application,
        (["-t", "--task"], "the id is enough: leave it out"),
        (["--traceback"], "it is on standard error, and in --json"),
    ])

    /// Of `celery inspect` and `celery control`.
    package static let control = table([
        application,
        (["-d", "--destination"], "tq-ctl asks the broker, not its workers: leave it out"),
        (["-t"], "tq-ctl asks the broker, not its workers: leave it out"),
        (["-j"], "write --json"),
    ])

    private static func table(_ rows: [(names: [String], hint: String)]) -> [String: String] {
        var table: [String: String] = [:]
        for row in rows { for name in row.names { table[name] = row.hint } }
        return table
    }
}
