package import CommandLineOptions

/// What can be typed after `tq-ctl`; `cli.md` is its contract.
package enum Interface {
    package static let commandLine = CommandInterface(
        name: "tq-ctl",
        abstract: "inspect and manage queues, workers and tasks",
        synopsis: ["tq-ctl COMMAND [options] [QUEUE|ID|ENTRY...]"],
        discussion: """
            Shows what is in the broker, and changes it: for people, and with --json for
            scripts. Commands that destroy tasks ask first on a terminal, and require --yes
            elsewhere.

              $ tq-ctl queues
              $ tq-ctl dead list mail
              $ tq-ctl dead retry "$id"
              $ tq-ctl pause mail
              $ tq-ctl revoke "$id"
              $ tq-ctl purge mail --delayed --yes
              $ tq-ctl beat list
              $ tq-ctl beat add ping 'every 10s' net.ping --set jitter=2s
              $ tq-ctl beat run ping

            tq-ctl COMMAND --help describes one command.
            """,
        operands: .verbs(verbs),
        groups: [options],
        foreignOptions: { CeleryOptions.control }
    )

    private static let anyNumber = 0...Int.max
    private static let oneOrMore = 1...Int.max

    private static let verbs = [
        Verb(
            "queues",
            operands: "[QUEUE...]",
            count: anyNumber,
            help: "how many tasks wait, run, are dead",
            options: ["json"]
        ),
        Verb("workers", help: "the live workers", options: ["json"]),
        Verb("running", help: "the tasks in workers' hands", options: ["json"]),
        Verb(
            "dead list",
            operands: "[QUEUE...]",
            count: anyNumber,
            help: "the dead letters, oldest first",
            options: ["json"]
        ),
        Verb(
            "dead show",
            operands: "ID...",
            count: oneOrMore,
            help: "a dead letter, with its message",
            options: ["json"]
        ),
        Verb(
            "dead retry",
            operands: "[ID...]",
            count: anyNumber,
            help: "send dead letters again",
            options: ["all", "queue", "json"]
        ),
        Verb(
            "dead drop",
            operands: "[ID...]",
            count: anyNumber,
            help: "delete dead letters",
            options: ["all", "queue", "yes", "json"]
        ),
        Verb(
            "purge",
            operands: "QUEUE",
            count: 1...1,
            help: "remove all waiting tasks",
            options: ["delayed", "yes", "json"]
        ),
        Verb(
            "move",
            operands: "FROM TO",
            count: 2...2,
            help: "put all waiting tasks on another queue",
            options: ["delayed", "json"]
        ),
        Verb(
            "pause",
            operands: "QUEUE...",
            count: oneOrMore,
            help: "stop workers from taking from a queue",
            options: ["json"]
        ),
        Verb(
            "resume",
            operands: "QUEUE...",
            count: oneOrMore,
            help: "let workers take from it again",
            options: ["json"]
        ),
        Verb(
            "revoke",
            operands: "ID...",
            count: oneOrMore,
            help: "prevent an unstarted task from ever running",
            options: ["json"]
        ),
        Verb("beat list", help: "the entries of tq-beat", options: ["json"]),
        Verb(
            "beat add",
            operands: "[ENTRY SCHEDULE TASK]",
            count: 0...3,
            help: "add an entry that every tq-beat sends",
            options: ["args", "kwargs", "queue", "set", "file", "replace", "json"]
        ),
        Verb(
            "beat remove",
            operands: "ENTRY...",
            count: oneOrMore,
            help: "remove what beat add has added",
            options: ["json"]
        ),
        Verb(
            "beat run",
            operands: "ENTRY...",
            count: oneOrMore,
            help: "send an entry's task now, out of turn",
            options: ["json"]
        ),
        Verb(
            "beat pause",
            operands: "ENTRY...",
            count: oneOrMore,
            help: "stop sending an entry",
            options: ["json"]
        ),
        Verb(
            "beat resume",
            operands: "ENTRY...",
            count: oneOrMore,
            help: "send an entry again, from now on",
            options: ["json"]
        ),
        Verb(
            "beat forget",
            operands: "ENTRY...",
            count: oneOrMore,
            help: "forget an entry's last firing and count",
            options: ["json"]
        ),
    ]

    private static let options = OptionGroup(
        "Options",
        [
            Option("json", help: "print one JSON object a line"),
            Option("yes", short: "y", help: "with purge, dead drop: do not ask"),
            Option("all", help: "with dead retry, dead drop: all of them"),
            Option(
                "queue",
                short: "Q",
                value: .required("NAME"),
                help: "with --all, beat add: this queue"
            ),
            Option("delayed", help: "with purge, move: delayed tasks too"),
            Option("args", value: .required("JSON"), help: "with beat add: positional arguments"),
            Option("kwargs", value: .required("JSON"), help: "with beat add: keyword arguments"),
            Option(
                "set",
                value: .required("KEY=VALUE"),
                help: "with beat add: a key of tq.toml(5)",
                repeats: true
            ),
            Option(
                "file",
                value: .required("FILE"),
                help: "with beat add: tables as in beat.d",
                completion: .file
            ),
            Option("replace", help: "with beat add: replace a live entry"),
        ]
    )
}
