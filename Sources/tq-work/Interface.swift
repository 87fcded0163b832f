package import CommandLineOptions
import ServiceSupport
import WorkerProgram

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
            Takes tasks from queues and runs a command for each: COMMAND, else that of
            [tasks."NAME"] in tq.toml, else the executable with the task's name in the tasks
            directory (tasks/sms/send is the task sms.send).

            A command gets the task as a JSON object on standard input, and its arguments as
            "$1" "$2" ... or where COMMAND has {1}, {2}, {} or {args}. What it prints is
            the result. Exit status 0 is success, 75 or 111 asks for another try, 65 or 100
            fails for good.

              $ tq-work
              $ tq-work -c 8 -Q mail,low --tasks /srv/tasks
              $ tq-work --task thumb -- convert -- {1} -resize 200x200 out/{1}
              $ tq-work --burst --max-time 50s
              $ tq-work --check

            \(CommandInterface.endingOfWorkers)
            """,
        operands: .command,
        groups: [.tasks, .worker, .log],
        foreignOptions: { CeleryOptions.worker }
    )
}
