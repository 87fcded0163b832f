package import CommandSupport
import ServiceSupport

/// What can be typed after `tq-work`; `cli.md` is its contract.
package enum Interface {
    package static let commandLine = CommandInterface(
        name: "tq-work",
        abstract: "run tasks",
        synopsis: [
            "tq-work [options]",
            "tq-work [options] [--task NAME]... -- COMMAND [ARG...]",
        ],
        discussion: """
            Takes tasks from queues and runs a command for each: the COMMAND, else that of
            [tasks."NAME"] in tq.toml, else the executable of the task's name in the tasks
            directory (tasks/sms/send is the task sms.send).

            A command gets the task as a JSON object on standard input, and its arguments as
            "$1" "$2" ... or where COMMAND has {1}, {2} or {args}. What it prints is the
            result. Exit 0 is success, 75 or 111 asks for another try, 65 or 100 fails for
            good.

              $ tq-work
              $ tq-work -c 8 -Q mail,low --tasks /srv/tasks
              $ tq-work --task thumbnail -- convert {1} -resize 200x200 {2}
              $ tq-work --burst --max-time 50s
              $ tq-work --check

            --burst=wait stops when the retries of the tasks it ran are done, too.
            The first TERM or INT ends the worker when its running tasks are done, the
            second at once; what was not finished goes back to the queue. HUP reads the
            settings again, TTIN and TTOU run one task more or fewer at once.
            """,
        operands: .command,
        groups: [tasks, worker, .log]
    )

    private static let tasks = OptionGroup(
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

    private static let worker = OptionGroup(
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
