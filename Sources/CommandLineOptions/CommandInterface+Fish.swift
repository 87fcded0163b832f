extension CommandInterface {
    /// A completion script for fish 3.
    var fishCompletion: String {
        """
        # Completion of \(name) for fish, made by \(name) --generate-completion-script fish

        \(fishOperands)
        \(visibleOptions.map(fishLine).joined(separator: "\n"))

        """
    }

    private func fishLine(for option: Option) -> String {
        var line = "complete -c \(name)"
        if let short = option.short {
            line += " -s \(short)"
        }
        line += " -l \(option.long)"
        if case .required = option.value {
            line += option.completion == .file ? " -r -F" : " -x"
        }
        switch option.completion {
        case .none, .file: break
        case .directory: line += " -a '(__fish_complete_directories)'"
        case .choices(let choices): line += " -a '\(choices.joined(separator: " "))'"
        }
        return "\(line) -d \(Self.fishQuoted(option.help))"
    }

    private var fishOperands: String {
        switch operands {
        case .required(_, .file, _):
            return "complete -c \(name) -F"
        case .required(_, .directory, _):
            return "complete -c \(name) -f -a '(__fish_complete_directories)'"
        case .required(_, .choices(let choices), _):
            return "complete -c \(name) -f -a '\(choices.joined(separator: " "))'"
        case .required(_, .none, _), .optional:
            return "complete -c \(name) -f"
        case .verbs(let verbs):
            return fishLines(of: verbs)
        case .command:
            let function = "__\(name)_command"
            return """
                # After -- comes another program, with completions of its own.
                function \(function)
                    set -l words (commandline -opc)
                    set -l terminator (contains -i -- -- $words)
                    set -l before (string escape -- $words[(math $terminator + 1)..-1])
                    complete -C (string join ' ' -- $before (commandline -ct))
                end

                complete -c \(name) -f
                complete -c \(name) -n 'contains -- -- (commandline -opc)' -a '(\(function))'
                """
        }
    }

    /// The first words while none of them is typed, and the second ones after theirs.
    private func fishLines(of verbs: [Verb]) -> String {
        let firsts = verbs.firstWords
        let seen = "__fish_seen_subcommand_from"
        var lines = ["complete -c \(name) -f"]
        for first in firsts {
            let words = verbs.continuing(first).compactMap(\.words.last).joined(separator: ", ")
            let help = verbs.first { $0.name == first }?.help ?? words
            lines.append(
                "complete -c \(name) -n 'not \(seen) \(firsts.joined(separator: " "))'"
                    + " -a \(first) -d \(Self.fishQuoted(help))"
            )
            let continuing = verbs.continuing(first)
            let seconds = continuing.compactMap(\.words.last)
            for verb in continuing {
                lines.append(
                    "complete -c \(name)"
                        + " -n '\(seen) \(first); and not \(seen) \(seconds.joined(separator: " "))'"
                        + " -a \(verb.words[1]) -d \(Self.fishQuoted(verb.help))"
                )
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func fishQuoted(_ text: String) -> String {
        var result = "'"
        for letter in text {
            if letter == "'" || letter == "\\" {
                result += "\\"
            }
            result.append(letter)
        }
        return result + "'"
    }
}
