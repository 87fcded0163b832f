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
                help: "with commas between; default celery",
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
                help: "run COMMAND for this task only; may repeat",
                repeats: true
            ),
            Option(
                "stream",
                help: "COMMAND runs on, and answers lines by lines"
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

    /// How a worker goes about it.
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
                help: "tasks held ahead for each that runs"
            ),
            Option(
                "burst",
                value: .attached("wait"),
                help: "stop when the queues are empty",
                completion: .choices(["wait"])
            ),
            Option("beat", help: "send periodic tasks too, as tq-beat does"),
            Option("max-tasks", value: .required("N"), help: "stop after this many tasks"),
            Option("max-time", value: .required("DURATION"), help: "stop after this time"),
            Option("check", help: "check settings and commands, print the plan"),
        ]
    )
}
