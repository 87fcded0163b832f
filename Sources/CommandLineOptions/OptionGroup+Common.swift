extension OptionGroup {
    /// The options that every program has, the last in its table.
    static let common = OptionGroup(
        "Common to all commands",
        [
            Option(
                "broker",
                short: "b",
                value: .required("URL"),
                help: "sqlite:PATH, redis://HOST/DB or unix://SOCKET"
            ),
            Option(
                "result-backend",
                value: .required("URL"),
                help: "where results are, if not in the broker"
            ),
            Option(
                "config",
                value: .required("FILE"),
                help: "settings file, instead of the usual tq.toml",
                completion: .file
            ),
            Option(
                "connect-timeout",
                value: .required("DURATION"),
                help: "longest wait for a connection (default 2s)"
            ),
            Option(
                "color",
                value: .required("WHEN"),
                help: "auto (on a terminal), always or never",
                completion: .choices(["auto", "always", "never"])
            ),
            Option("quiet", short: "q", help: "print errors only"),
            Option("verbose", short: "v", help: "print more about what is done"),
            Option("help", short: "h", help: "print this page and exit"),
            Option("version", help: "print the version and exit"),
            Option(
                "generate-completion-script",
                value: .required("SHELL"),
                help: "print a script for bash, zsh or fish and exit",
                completion: .choices(Shell.allCases.map(\.rawValue)),
                isHidden: true
            ),
            Option(
                "experimental-dump-help",
                help: "print this table as JSON and exit",
                isHidden: true
            ),
        ]
    )
}
