import CommandSupport
import Glibc
import TaskQueue

// A worker as tq-work is one, whose tasks are functions: what a task costs beside the command.
//
//   noop   does nothing
//   late   notes how much later than its ETA it runs; at the end, the worker prints all that, a number of
//          microseconds a line

let interface = CommandInterface(
    name: "noop-worker",
    abstract: "run tasks that do nothing",
    synopsis: ["noop-worker [options]"],
    discussion: "For benchmarks; the options are those of tq-work.",
    operands: .command,
    groups: [
        OptionGroup(
            "Worker",
            [
                Option("queue", short: "Q", value: .required("NAME"), help: "default celery"),
                Option("concurrency", short: "c", value: .required("N"), help: "tasks at once"),
                Option("prefetch", value: .required("N"), help: "tasks held ahead"),
                Option("max-tasks", value: .required("N"), help: "stop after this many tasks"),
                Option("burst", help: "stop when the queue is empty"),
            ]
        )
    ]
)

Program.run(interface) { arguments, settings throws(CommandError) in
    try NoopWorker(arguments, settings).run()
}
