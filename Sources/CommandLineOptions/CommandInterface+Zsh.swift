extension CommandInterface {
    /// A completion script for zsh: a file `_name` in a directory of `$fpath`, or sourced after
    /// `compinit`.
    var zshCompletion: String {
        let specifications = visibleOptions.map(Self.zshSpecification) + zshOperands
        return """
            #compdef \(name)
            # Completion of \(name) for zsh, made by \(name) --generate-completion-script zsh

            _\(name)() {
            \(zshAfterTerminator)    _arguments -s -S \(zshFlags): \\
                    \(specifications.joined(separator: " \\\n        "))
            \(zshSecondWords)}

            if [[ $funcstack[1] == _\(name) ]]; then
                _\(name) "$@"
            else
                compdef _\(name) \(name)
            fi

            """
    }

    /// One argument of `_arguments`, as in `'(-w --wait)'{-w,--wait}'[wait for the result]'`.
    private static func zshSpecification(of option: Option) -> String {
        let long = "--\(option.long)"
        var names = option.short.map { letter in ["-\(letter)", long] } ?? [long]
        var argument = ""
        switch option.value {
        case .none: break
        case .required(let placeholder):
            names = option.short.map { letter in ["-\(letter)+", "\(long)="] } ?? ["\(long)="]
            argument = ":\(zshEscaped(placeholder)):\(zshAction(for: option.completion))"
        case .attached(let placeholder):
            names = option.short.map { letter in ["-\(letter)", "\(long)=-"] } ?? ["\(long)=-"]
            argument = "::\(zshEscaped(placeholder)):\(zshAction(for: option.completion))"
        }
        let rest = "[\(zshEscaped(option.help))]\(argument)"
        let exclusions = zshExclusions(of: option)
        if names.count == 1 { return "'\(exclusions)\(names[0])\(rest)'" }
        return "'\(exclusions)'{\(names.joined(separator: ","))}'\(rest)'"
    }

    /// The options no longer offered beside this one; a lone name excludes itself.
    private static func zshExclusions(of option: Option) -> String {
        if option.long == "help" || option.long == "version" { return "(- *)" }
        if option.repeats { return "*" }
        return option.short == nil ? "" : "(\(option.names.joined(separator: " ")))"
    }

    private var zshOperands: [String] {
        if !verbs.isEmpty {
            let firsts = verbs.firstWords.map { word in
                let words = verbs.continuing(word).compactMap(\.words.last).joined(separator: ", ")
                let help = verbs.first { $0.name == word }?.help ?? words
                return #"\#(word)\:"\#(Self.zshEscaped(help))""#
            }
            return [
                "'1:command:((\(firsts.joined(separator: " "))))'", "'2:word:->second'",
                "'*:word: '",
            ]
        }
        if case .optional = operands { return ["'*: : '"] }
        guard case .required(let name, let completion, _) = operands else { return [] }
        return ["'*:\(Self.zshEscaped(name)):\(Self.zshAction(for: completion))'"]
    }

    /// For programs with verbs, whose words are completed by states.
    private var zshFlags: String { verbs.isEmpty ? "" : "-C " }

    /// What is offered after the first word of a verb of two.
    private var zshSecondWords: String {
        let cases = verbs.firstWords.map { ($0, verbs.continuing($0)) }.filter { !$1.isEmpty }
        return cases.map { first, verbs in
            let seconds = verbs.map { "'\($0.words[1]):\(Self.zshEscaped($0.help))'" }
            return """
                    if [[ $state == second && $line[1] == \(first) ]]; then
                        local -a words_of_\(first)=(\(seconds.joined(separator: " ")))
                        _describe word words_of_\(first)
                    fi

                """
        }.joined()
    }

    /// After `--` comes another program, with completions of its own.
    private var zshAfterTerminator: String {
        if !verbs.isEmpty {
            return """
                    local curcontext=$curcontext state line
                    local -A opt_args

                """
        }
        guard case .command = operands else { return "" }
        return """
                local -i terminator=${words[(i)--]}
                if ((terminator < CURRENT)); then
                    shift terminator words
                    ((CURRENT -= terminator))
                    _normal
                    return
                fi

            """
    }

    private static func zshAction(for completion: Completion) -> String {
        switch completion {
        case .none: " "
        case .file: "_files"
        case .directory: "_files -/"
        case .choices(let choices): "(\(choices.joined(separator: " ")))"
        }
    }

    /// `text` within single quotes and a specification's brackets or colons.
    private static func zshEscaped(_ text: String) -> String {
        var result = ""
        for letter in text {
            switch letter {
            case "'": result += #"'\''"#
            case "[", "]", ":", "\\": result += "\\\(letter)"
            default: result.append(letter)
            }
        }
        return result
    }
}
