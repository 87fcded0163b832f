import CommandLineOptions

/// A small table with an option of each kind, for tests of what reads tables.
enum SampleInterface {
    static let mixed = make(operands: .required(name: "TASK", completion: .file))
    static let command = make(operands: .command)
    static let verbs = make(
        operands: .verbs([
            Verb("look", help: "at all"),
            Verb("dead list", operands: "[QUEUE]", count: 0...1, help: "dead ones"),
            Verb(
                "dead drop",
                operands: "ID...",
                count: 1...Int.max,
                help: "one",
                options: ["wait"]
            ),
        ])
    )

    private static func make(operands: Operands) -> CommandInterface {
        CommandInterface(
            name: "sample",
            abstract: "show every kind of option",
            synopsis: ["sample [options] TASK [ARG...]"],
            discussion: "Does nothing.",
            operands: operands,
            groups: [
                OptionGroup(
                    "Kinds",
                    [
                        Option("wait", short: "w", help: "a \"flag\""),
                        Option("queue", short: "Q", value: .required("NAME"), help: "a value"),
                        Option("task", value: .required("NAME"), help: "many", repeats: true),
                        Option(
                            "burst",
                            value: .attached("WORD"),
                            help: "a value after = only",
                            completion: .choices(["wait"])
                        ),
                        Option("literal", help: "keeps operands", keepsOperands: true),
                        Option("secret", help: "not shown", isHidden: true),
                    ]
                )
            ]
        )
    }
}

extension CommandInterface {
    /// Reads `arguments`, which must be a call to work.
    func arguments(_ arguments: String...) throws -> ParsedArguments {
        switch try parse(arguments) {
        case .run(let parsed): parsed
        case .print(let text): throw UnexpectedText(text: text)
        }
    }

    /// What is wrong with `arguments`; `nil` if nothing is.
    func usageError(_ arguments: [String]) -> UsageError? {
        do {
            _ = try parse(arguments)
            return nil
        } catch {
            return error
        }
    }
}

/// A text to print, where a test expected work to do.
struct UnexpectedText: Error {
    let text: String
}
