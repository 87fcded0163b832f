package import CommandLineOptions
import ServiceSupport

/// What can be typed after `tq-beat`; `cli.md` is its contract.
package enum Interface {
    package static let commandLine = CommandInterface(
        name: "tq-beat",
        abstract: "send periodic tasks",
        synopsis: [
            "tq-beat [options]",
            "tq-beat --once | --check [options]",
            "tq-beat --next [N] [--json] [options]",
        ],
        discussion: """
            Sends the tasks of [beat_schedule.NAME] in tq.toml, of beat.d/*.toml beside it,
            of a crontab file, and of tq-ctl beat add, each on its schedule: a crontab
            line, an interval ("every 10s"), or a solar event ("sunset 31.23 121.47").

            Any number may run: only one at a time sends, and each firing is sent once.

              $ tq-beat
              $ tq-beat --check
              $ tq-beat --next 5
              $ tq-beat --crontab /etc/tq/crontab
              $ tq-beat --once

            HUP reads the settings again; TERM and INT end it.
            """,
        operands: .optional,
        groups: [entries, .log],
        foreignOptions: { CeleryOptions.beat }
    )

    private static let entries = OptionGroup(
        "Entries",
        [
            Option(
                "crontab",
                value: .required("FILE"),
                help: "lines as in crontab(5), with tasks to send",
                completion: .file
            ),
            Option("once", help: "send what is due and exit, for use from cron"),
            Option(
                "next",
                value: .attached("N"),
                help: "print the next N firings of every entry"
            ),
            Option("json", help: "with --next: one object a line"),
            Option("check", help: "check settings and broker, print the plan"),
        ]
    )
}
