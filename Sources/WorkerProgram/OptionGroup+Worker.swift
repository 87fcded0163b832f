package import CommandLineOptions

extension OptionGroup {
    /// Which tasks a worker runs, and under which limits.
    package static let tasks = OptionGroup(
        "Tasks",
        [
            Option(
                "queues",
                short: "Q",
                value: .required("NAMES"),
                help: "separated by commas; default celery",
                repeats: true
            ),
            Option(
                "tasks",
                value: .required("DIR"),
                help: "the tasks directory; default ./tasks",
                completion: .directory
            ),
            Option(
                "task",
                value: .required("NAME"),
                help: "run COMMAND for this task only; repeatable",
                repeats: true
            ),
            Option(
                "stream",
                help: "keep COMMAND running; one answer line per task"
            ),
            Option(
                "time-limit",
                value: .required("DURATION"),
                help: "kill a task's command after this time"
            ),
            Option(
                "soft-time-limit",
                value: .required("DURATION"),
                help: "send it SIGTERM after this time"
            ),
        ]
    )

    /// How many tasks a worker runs, and for how long.
    package static let worker = OptionGroup(
        "Worker",
        [
            Option(
                "concurrency",
                short: "c",
                value: .required("N"),
                help: "tasks at once; default the number of cores"
            ),
            Option(
                "hostname",
                short: "n",
                value: .required("NAME"),
                help: "default tq@%h; %h %n %d as in Celery"
            ),
            Option(
                "prefetch",
                value: .required("N"),
                help: "tasks held ahead for each running one"
            ),
            Option(
                "burst",
                value: .attached("wait"),
                help: "stop when the queues are empty",
                completion: .choices(["wait"])
            ),
            Option("beat", help: "also send periodic tasks, as tq-beat does"),
            Option("max-tasks", value: .required("N"), help: "stop after this many tasks"),
            Option("max-time", value: .required("DURATION"), help: "stop after this time"),
            Option("check", help: "check settings and commands, print the plan"),
        ]
    )
}
