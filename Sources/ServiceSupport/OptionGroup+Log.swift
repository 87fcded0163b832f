package import CommandLineOptions

extension OptionGroup {
    /// The options of ``LogOptions``.
    package static let log = OptionGroup(
        "Log, on standard error",
        [
            Option(
                "log-level",
                short: "l",
                value: .required("LEVEL"),
                help: "trace debug info notice warning error ...",
                completion: .choices([
                    "trace", "debug", "info", "notice", "warning", "error", "critical",
                ])
            ),
            Option(
                "log-format",
                value: .required("FORMAT"),
                help: "text or json",
                completion: .choices(["text", "json"])
            ),
        ]
    )
}
