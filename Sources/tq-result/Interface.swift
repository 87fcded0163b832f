package import CommandLineOptions

/// What can be typed after `tq-result`; `cli.md` is its contract.
package enum Interface {
    package static let commandLine = CommandInterface(
        name: "tq-result",
        abstract: "fetch results",
        synopsis: [
            "tq-result [options] ID...",
            "tq-result [options] -",
        ],
        discussion: """
            Prints the result of each task: a string as it is, anything else as JSON on one
            line. The error and traceback of a failed task go to standard error. With - it
            reads the ids from standard input, one a line.

              $ tq-result 0198c1d2-7a53-7d60-9b5e-2f1c8a6f0b11
              $ tq-send add :2 :3 | tq-result --wait --timeout 10s -
              $ tq-result --wait --follow "$id"
              $ tq-result --state "$id"

            Exit status: 0 succeeded, 1 failed, 3 not finished, 4 no such task, 5 revoked
            or expired; for several ids, the highest of these.
            """,
        operands: .required(name: "ID", completion: .none),
        groups: [results],
        foreignOptions: { CeleryOptions.result }
    )

    private static let results = OptionGroup(
        "Results",
        [
            Option("wait", short: "w", help: "wait until the tasks are finished"),
            Option(
                "timeout",
                value: .required("DURATION"),
                help: "with --wait: give up after this, status 124"
            ),
            Option(
                "follow",
                short: "f",
                help: "with --wait: show their progress"
            ),
            Option("json", help: "one JSON object a line, as they finish"),
            Option("state", help: "print only the state"),
            Option("raw", help: "print unchanged on a terminal too"),
            Option("forget", help: "delete the stored result"),
        ]
    )
}
