extension CommandInterface {
    /// The page that `--help` prints, up to 80 columns wide.
    package var helpPage: String {
        var page = "\(name): \(abstract)\n\nUsage:\n"
        for form in synopsis {
            page += "  \(form)\n"
        }
        page += "\n\(discussion)\n"
        for group in groups {
            page += "\n\(group.heading):\n"
            for option in group.options where !option.isHidden {
                page += Self.helpLine(for: option)
            }
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
        let column = 34
        line += String(repeating: " ", count: max(2, column - line.utf8.count))
        return "\(line)\(option.help)\n"
    }
}
