package import CommandLineOptions
import ServiceSupport

extension CommandInterface {
    /// How a worker ends, for its `--help`.
    package static let endingOfWorkers = """
        --burst=wait also waits for the retries of the tasks that it ran.
        The first TERM or INT ends the worker when its running tasks are done, the
        second at once; unfinished tasks go back to the queue. HUP reads the settings
        again; TTIN and TTOU run one task more or fewer at once.
        """

    /// What can be typed after the name of a program with handlers of its own.
    package static func worker(named name: String) -> CommandInterface {
        CommandInterface(
            name: name,
            abstract: "run tasks",
            synopsis: [
                "\(name) [options]",
                "\(name) [options] [--task NAME]... -- COMMAND [ARG...]",
            ],
            discussion: """
                Takes tasks from queues and runs this program's handlers for them. A task without
                a handler runs a command, as in tq-work: COMMAND, that of [tasks."NAME"] in
                tq.toml, or the executable with the task's name in the tasks directory.

                  $ \(name)
                  $ \(name) -c 100 -Q mail,low
                  $ \(name) --burst --max-time 50s
                  $ \(name) --check

                \(endingOfWorkers)
                """,
            operands: .command,
            groups: [.tasks, .worker, .log],
            foreignOptions: { CeleryOptions.worker }
        )
    }
}
