extension CommandInterface {
    /// The page that `--help` prints, up to 80 columns wide.
    package var helpPage: String {
        var page = "\(name): \(abstract)\n\nUsage:\n"
        for form in synopsis {
            page += "  \(form)\n"
        }
        page += "\n\(discussion)\n"
        if !verbs.isEmpty { page += "\nCommands:\n" }
        for verb in verbs { page += Self.helpLine("  \(verb.synopsis)", verb.help) }
        return page + helpOfOptions { _ in true }
    }

    /// The page that `--help` prints after a verb: what that is for, and the options that it takes.
    func helpPage(of verb: Verb) -> String {
        let operands = verb.operands.isEmpty ? "" : " \(verb.operands)"
        let page = """
            \(name) \(verb.name): \(verb.help)

            Usage:
              \(name) \(verb.name) [options]\(operands)

            """
        let common = Set(OptionGroup.common.options.map(\.long))
        return page
            + helpOfOptions { verb.options.contains($0.long) || common.contains($0.long) }
    }

    private func helpOfOptions(_ isWanted: (Option) -> Bool) -> String {
        var page = ""
        for group in groups {
            let options = group.options.filter { !$0.isHidden && isWanted($0) }
            guard !options.isEmpty else { continue }
            page += "\n\(group.heading):\n"
            for option in options { page += Self.helpLine(for: option) }
        }
        return page + "\nMore in the manual: man \(name), man 7 tq\n"
    }

    private static func helpLine(for option: Option) -> String {
        let short = option.short.map { letter in "-\(letter), " } ?? "    "
        var line = "  \(short)--\(option.long)"
        switch option.value {
        case .none: break
        case .required(let placeholder): line += " \(placeholder)"
        case .attached(let placeholder): line += "[=\(placeholder)]"
        }
        return helpLine(line, option.help)
    }

    /// What is explained, and in its own column how.
    private static func helpLine(_ line: String, _ help: String) -> String {
        let column = 34
        let gap = String(repeating: " ", count: max(2, column - line.utf8.count))
        return "\(line)\(gap)\(help)\n"
    }
}
