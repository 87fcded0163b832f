package import CommandLineOptions
import TaskQueue

/// What can be typed after `tq-send`; `cli.md` is its contract.
package enum Interface {
    package static let commandLine = CommandInterface(
        name: "tq-send",
        abstract: "put tasks on a queue",
        synopsis: [
            "tq-send [options] TASK [ARG...]",
            "tq-send [options] [TASK] -",
            "tq-send [options] TASK [ARG...] --then TASK [ARG...]...",
            "tq-send [options] --canvas FILE",
        ],
        discussion: """
            Prints the id of each task as soon as the broker has accepted it.

            An ARG is a string, or JSON after a colon:
              word         the string "word"
              :JSON        this JSON value, such as :42, :[1,2] or :null
              key=word     a keyword argument that is a string
              key:=JSON    a keyword argument that is a JSON value

            With - it reads tasks from standard input, one a line: the arguments of TASK as
            JSON or, without TASK, whole tasks as JSON objects.

              $ tq-send add :2 :3
              $ tq-send --in 10m -Q low report.build year:=2026 title=Sales
              $ tq-send --wait --timeout 10s add :2 :3
              $ find . -name '*.jpg' -print0 | tq-send -0 thumbnail -
              $ echo '{"task": "add", "args": [2, 3]}' | tq-send -
              $ tq-send --literal mail.send "$address" "$subject"
              $ tq-send fetch "$url" --then resize :200 --on-error mail.admin
              $ find . -name '*.jpg' | tq-send --lines --group thumb - --then montage
            """,
        operands: .required(name: "TASK", completion: .file, unless: "canvas"),
        groups: [arguments, TaskOptions.optionGroup, workflows, waiting, sending],
        foreignOptions: { CeleryOptions.call }
    )

    private static let arguments = OptionGroup(
        "Arguments",
        [
            Option("args", value: .required("JSON"), help: "the positional arguments, an array"),
            Option("kwargs", value: .required("JSON"), help: "the keyword arguments, an object"),
            Option(
                "literal",
                help: "each ARG is a string, even -x, :1 or a=b",
                keepsOperands: true
            ),
            Option("lines", help: "with -: each line is one string argument"),
            Option("null", short: "0", help: "like --lines, but each ends in a NUL byte"),
        ],
        isOfPart: true
    )

    private static let workflows = OptionGroup(
        "Workflows",
        [
            Option(
                "then",
                help: "then TASK [ARG...], its first ARG the result",
                beginsPart: true
            ),
            Option("next", help: "then TASK [ARG...], without the result", beginsPart: true),
            Option("on-error", help: "TASK [ARG...] if one fails; gets its id", beginsPart: true),
            Option("group", help: "with -: all lines are one group"),
            Option(
                "canvas",
                value: .required("FILE"),
                help: "send the signature in FILE; - is stdin",
                completion: .file
            ),
        ]
    )

    private static let waiting = OptionGroup(
        "Waiting",
        [
            Option("wait", short: "w", help: "wait, and end as if the task ran here"),
            Option(
                "timeout",
                value: .required("DURATION"),
                help: "with --wait: give up after this, status 124"
            ),
            Option("raw", help: "with --wait: print unchanged on a terminal too"),
            Option("progress", help: "with --wait: show how far it is"),
        ]
    )

    private static let sending = OptionGroup(
        "Sending",
        [
            Option("json", help: "print id, task and queue as JSON"),
            Option(
                "max-queue",
                value: .required("N"),
                help: "send nothing, status 75, if N are waiting"
            ),
            Option("block", help: "wait for room (--max-queue, RabbitMQ)"),
            Option("keep-going", help: "with -: report a bad line and go on"),
            Option("dry-run", help: "print the messages and send nothing"),
        ]
    )
}
