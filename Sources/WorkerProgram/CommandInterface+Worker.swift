package import CommandLineOptions
import ServiceSupport

extension CommandInterface {
    /// How a worker ends, for its `--help`.
    package static let endingOfWorkers = """
        --burst=wait stops when the retries of the tasks it ran are done, too.
        The first TERM or INT ends the worker when its running tasks are done, the
        second at once; what was not finished goes back to the queue. HUP reads the
        settings again, TTIN and TTOU run one task more or fewer at once.
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
                Takes tasks from queues and runs the handlers of this program for them. What it
                has no handler for is run by a command, as by tq-work: the COMMAND, that of
                [tasks."NAME"] in tq.toml, or the executable of the task's name in the tasks
                directory.

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
