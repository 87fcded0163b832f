import TestSupport

/// A page in Markdown.
struct Markdown {
    /// Named from the project's root.
    let file: String
    let text: String

    init(_ file: String) throws {
        self.file = file
        text = try SourceTree.text(file)
    }

    /// The pages for those who read the project; not those that docc checks.
    static func pages() throws -> [Markdown] {
        let root = try SourceTree.names(in: "").filter { $0.hasSuffix(".md") }
        let others = try ["docs", "examples"].flatMap { try SourceTree.files(below: $0) }
        return try (root + others.filter { $0.hasSuffix(".md") }).map(Markdown.init)
    }

    /// What stands outside blocks of code.
    var prose: String {
        var isCode = false
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
            if line.hasPrefix("```") { isCode.toggle() }
            return !isCode && !line.hasPrefix("    ")
        }
        return lines.joined(separator: "\n")
    }

    /// Lines of code: in blocks, or set off by four blanks.
    var code: [Substring] {
        var isCode = false
        return text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
            if line.hasPrefix("```") { isCode.toggle() }
            return isCode || line.hasPrefix("    ")
        }
    }

    /// What stands between two backticks.
    var quoted: [Substring] {
        prose.split(separator: "\n").flatMap { line in
            line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                .filter { $0.offset % 2 == 1 }.map(\.element)
        }
    }

    /// Where its links lead, within the project.
    var links: [Substring] {
        prose.matches(of: /\]\(([^)\s]+)\)/).map(\.1).filter { !$0.contains("://") }
    }

    /// The names by which links lead to its headings, as GitHub makes them.
    var anchors: Set<String> {
        Set(
            text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
                let title = line.drop { $0 == "#" }.dropFirst().lowercased()
                return title.replacing(" ", with: "-")
                    .filter { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
            }
        )
    }

    /// The numbers of its headings: `6.4`.
    var sections: Set<Substring> {
        Set(text.matches(of: /(?m)^##+ ([0-9][0-9.]*)/).map { Self.number($0.1) })
    }

    /// Without a full stop at its end.
    static func number(_ text: Substring) -> Substring {
        text.hasSuffix(".") ? text.dropLast() : text
    }
}
