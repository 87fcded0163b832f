extension CommandInterface {
    /// A completion script for bash 4.4 and later that needs nothing but bash itself.
    var bashCompletion: String {
        let function = bashFunctionName
        return """
            # Completion of \(name) for bash, made by \(name) --generate-completion-script bash

            \(function)() {
                local word=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} index
                COMPREPLY=()

                # Bash splits --option=value into three words.
                if [[ $word == = ]]; then
                    option+== word=
                elif [[ $option == = ]]; then
                    option=${COMP_WORDS[COMP_CWORD - 2]}=
                fi

                for ((index = 1; index < COMP_CWORD; index++)); do
                    if [[ ${COMP_WORDS[index]} == -- ]]; then
            \(Self.indented(bashAfterTerminator, by: 12))
                        return
                    fi
                done

                case $option in
            \(bashValueCases.joined(separator: "\n"))
                *)
            \(Self.indented(bashOtherwise, by: 8))
                    ;;
                esac
            }

            complete -F \(function) \(name)

            """
    }

    private var bashFunctionName: String {
        "_" + name.map { letter in letter == "-" ? "_" : String(letter) }.joined()
    }

    /// A `case` for each option with values to offer, then one for all the others with a value.
    private var bashValueCases: [String] {
        var cases: [String] = []
        var unknown: [String] = []
        for option in visibleOptions where option.value != .none {
            var patterns = ["--\(option.long)="]
            if case .required = option.value { patterns = option.names + patterns }
            if let action = Self.bashAction(for: option.completion) {
                cases.append(Self.bashCase(patterns, action))
            } else {
                unknown += patterns
            }
        }
        return unknown.isEmpty ? cases : cases + [Self.bashCase(unknown, ":")]
    }

    private static func bashCase(_ patterns: [String], _ action: String) -> String {
        """
            \(patterns.joined(separator: " | ")))
                \(action)
                ;;
        """
    }

    /// Options, where the word begins with a dash, else what an operand can be.
    private var bashOtherwise: String {
        let options = Self.bashWords(visibleOptions.flatMap(\.names))
        if !verbs.isEmpty {
            return """
                if [[ $word == -* ]]; then
                    \(options)
                    return
                fi
                \(bashVerbs)
                """
        }
        guard case .required(_, let completion, _) = operands,
            let action = Self.bashAction(for: completion)
        else { return "[[ $word == -* ]] && \(options)" }
        return """
            if [[ $word == -* ]]; then
                \(options)
            else
                \(action)
            fi
            """
    }

    /// Offers the next word of a verb, after those that stand there already: words that are neither
    /// options nor their values.
    private var bashVerbs: String {
        let valued = visibleOptions.filter { option in
            if case .required = option.value { true } else { false }
        }
        var cases = [("''", verbs.firstWords)]
        for first in verbs.firstWords where !verbs.continuing(first).isEmpty {
            cases.append(("' \(first)'", verbs.continuing(first).compactMap(\.words.last)))
        }
        let lines = cases.map { "\($0)) \(Self.bashWords($1)) ;;" }
        return """
            local words=
            for ((index = 1; index < COMP_CWORD; index++)); do
                case ${COMP_WORDS[index]} in
                \(valued.flatMap(\.names).joined(separator: " | ")))
                    ((index++))
                    [[ ${COMP_WORDS[index]} == = ]] && ((index++))
                    ;;
                -*) ;;
                *) words+=" ${COMP_WORDS[index]}" ;;
                esac
            done
            case $words in
            \(lines.joined(separator: "\n"))
            esac
            """
    }

    private var bashAfterTerminator: String {
        switch operands {
        case .required(_, let completion, _):
            return Self.bashAction(for: completion) ?? ":"
        case .verbs, .optional:
            return ":"
        case .command:
            return """
                if ((index == COMP_CWORD - 1)) && [[ $word != */* ]]; then
                    mapfile -t COMPREPLY < <(compgen -c -- "$word")
                else
                    \(Self.bashAction(for: .file) ?? ":")
                fi
                """
        }
    }

    /// The command that fills `COMPREPLY`; `nil` if nothing is known to offer.
    private static func bashAction(for completion: Completion) -> String? {
        switch completion {
        case .none: nil
        case .file: bashFiles("-f")
        case .directory: bashFiles("-d")
        case .choices(let choices): bashWords(choices)
        }
    }

    /// `compopt` makes bash quote what it inserts; it fails outside of a completion, as in a test.
    private static func bashFiles(_ kind: String) -> String {
        """
        compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen \(kind) -- "$word")
        """
    }

    private static func bashWords(_ words: [String]) -> String {
        """
        mapfile -t COMPREPLY < <(compgen -W '\(words.joined(separator: " "))' -- "$word")
        """
    }

    private static func indented(_ text: String, by columns: Int) -> String {
        let margin = String(repeating: " ", count: columns)
        return text.split(separator: "\n").map { line in margin + line }.joined(separator: "\n")
    }
}
