/// What a program's command line looks like: one table, from which come the parser, `--help`,
/// the completions and a dump that tests compare with the man page.
package struct CommandInterface: Sendable {
    /// The program's name, as typed.
    package let name: String
    /// What the program is for: one line, lowercase and without a full stop.
    package let abstract: String
    /// The forms of a call, each beginning with the program's name.
    package let synopsis: [String]
    /// The text of `--help` between the synopsis and the options: lines of up to 80 columns, with
    /// examples as `  $ tq-send …`.
    package let discussion: String
    package let operands: Operands
    /// The program's own options and, at the end, those that all have in common.
    package let groups: [OptionGroup]
    /// What to say of options that it does not have, as they are typed: `-A`, `--pool`.
    let foreignOptions: @Sendable () -> [String: String]

    /// Adds the options common to all programs to `groups`.
    package init(
        name: String,
        abstract: String,
        synopsis: [String],
        discussion: String,
        operands: Operands,
        groups: [OptionGroup],
        foreignOptions: @escaping @Sendable () -> [String: String] = { [:] }
    ) {
        self.name = name
        self.abstract = abstract
        self.synopsis = synopsis
        self.discussion = discussion
        self.operands = operands
        self.groups = groups + [.common]
        self.foreignOptions = foreignOptions
    }
}

extension CommandInterface {
    /// Reads the arguments with which this process was started.
    package func parseProcessArguments() throws(UsageError) -> Invocation {
        try parse(ProcessArguments.read(CommandLine.argc, CommandLine.unsafeArgv))
    }

    /// Reads `arguments`, which do not include the program's name.
    ///
    /// Options and operands may be mixed, `--` ends the options, and a lone `-` is an operand. A
    /// long option must be spelt out: a shortened one would break when an option is added.
    package func parse(_ arguments: [String]) throws(UsageError) -> Invocation {
        var parser = ArgumentParser(interface: self, arguments: arguments)
        return try parser.parse()
    }

    /// Whether words after the name may be arguments, and so a negative number.
    var takesArguments: Bool {
        switch operands {
        case .required, .verbs: true
        case .optional, .command: false
        }
    }

    /// The options that the help shows, in the order of the table.
    package var visibleOptions: [Option] {
        groups.flatMap { group in group.options.filter { option in !option.isHidden } }
    }

    /// The option `--name`, hidden ones included.
    func option<Name: StringProtocol>(named name: Name) -> Option? {
        for group in groups {
            for option in group.options where option.long.utf8.elementsEqual(name.utf8) {
                return option
            }
        }
        return nil
    }

    /// Whether each part of a command line has an option of this name for itself: see ``Option/beginsPart``.
    func isOfPart(_ long: String) -> Bool {
        groups.contains { group in
            group.isOfPart && group.options.contains { $0.long == long }
        }
    }

    /// The option `-letter`.
    func option(lettered letter: Unicode.Scalar) -> Option? {
        for group in groups {
            for option in group.options where option.short == letter {
                return option
            }
        }
        return nil
    }

    /// What is printed when `option` is read, if it is one that asks for a text and ends the
    /// program.
    ///
    /// `operands` are those that stand before it: `--help` after a verb tells of that alone.
    func answer(to option: Option, value: String, after operands: [String]) -> String? {
        switch option.long {
        case "help": verb(named: operands).map(helpPage) ?? helpPage
        case "version": "\(name) \(Release.version)\n"
        case "generate-completion-script": Shell(rawValue: value).map(completionScript)
        case "experimental-dump-help": jsonDump
        default: nil
        }
    }

    /// The things that the program does; empty if it does just one.
    package var verbs: [Verb] {
        if case .verbs(let verbs) = operands { verbs } else { [] }
    }

    private func verb(named operands: [String]) -> Verb? {
        verbs.first { verb in operands.starts(with: verb.words) }
    }

    /// A script that teaches `shell` to complete this program's command line.
    package func completionScript(for shell: Shell) -> String {
        switch shell {
        case .bash: bashCompletion
        case .zsh: zshCompletion
        case .fish: fishCompletion
        }
    }
}
