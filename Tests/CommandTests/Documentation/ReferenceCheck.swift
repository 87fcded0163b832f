import Glibc
import TestSupport

/// Finds what comments and pages name that is not there.
struct ReferenceCheck {
    let declarations: Declarations
    /// Each comment of the project, and its file.
    let comments: [(file: String, comment: SourceComment)]

    private let names: Set<Substring>
    private let sections: Set<Substring>
    private let targets: Set<Substring>
    private static let folders = [
        "Benchmarks", "Sources", "Tests", "completions", "docs", "examples", "man", "packaging",
    ]

    init() throws {
        let root = try SourceTree.names(in: "").filter { Self.isFile($0) }
        let files = try root + Self.folders.flatMap { try SourceTree.files(below: $0) }
        names = Set(files.map { $0.split(separator: "/").last ?? "" })
        sections = try Markdown("docs/celery-wire.md").sections
        let makefile = try SourceTree.text("Makefile")
        targets = Set(makefile.matches(of: /(?m)^([a-z-]+):/).map(\.1))
        var declarations = Declarations()
        var comments: [(file: String, comment: SourceComment)] = []
        for file in files {
            let name = file.split(separator: "/").last ?? ""
            if file.hasSuffix(".swift") || file.hasSuffix(".c") || file.hasSuffix(".h") {
                let code = SwiftCode(try SourceTree.bytes(file))
                if file.hasSuffix(".swift") {
                    declarations.add(code.tokens, of: file)
                } else {
                    declarations.addAll(code.tokens, of: file)
                }
                comments += code.comments.map { (file, $0) }
            } else if file.hasSuffix(".py") || !name.contains(".") {
                let text = try SourceTree.text(file)
                comments += SourceComment.hashed(in: text).map { (file, $0) }
            }
        }
        self.declarations = declarations
        self.comments = comments
    }

    private static func isFile(_ name: String) -> Bool {
        var status = stat()
        return stat(SourceTree.path(name), &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// What a text names that is not there: files, folders, pages of the manual, commands of `make`,
    /// sections of `celery-wire`.
    func missing(in text: String) -> [String] {
        var missing = words(of: text).filter { !isThere($0) }.map(String.init)
        if text.contains("tq") {
            missing += text.matches(of: /\btq[a-z.-]*\([1-8]\)/).map { String($0.0) }
                .filter { !Self.isPage($0) }
        }
        if text.contains("`make ") {
            missing += text.matches(of: /`make ([a-z-]+)/).map(\.1)
                .filter { !targets.contains($0) }.map { "make \($0)" }
        }
        if text.contains("celery-wire") {
            let cited = text.matches(
                of: /celery-wire[^ ]*,\s+sections?\s+([0-9.]+)(?:\s+and\s+([0-9.]+))?/
            )
            missing += cited.flatMap { [$0.1, $0.2].compactMap(\.self) }.map(Markdown.number)
                .filter { !sections.contains($0) }.map { "celery-wire, section \($0)" }
        }
        return missing
    }

    /// Whether there is such a page of the manual: `tq-work(1)`.
    private static func isPage(_ name: String) -> Bool {
        let file = name.dropLast().replacing("(", with: ".")
        return access(SourceTree.path("man/\(file)"), F_OK) == 0
    }

    /// Whether `make` has such a command.
    func isTarget(_ name: Substring) -> Bool { targets.contains(name) }

    /// The symbol links in a comment that lead nowhere.
    func brokenLinks(in text: String, of file: String) -> [Substring] {
        guard text.contains("``") else { return [] }
        let pieces = text.replacing("```", with: "")
            .split(separator: "``", omittingEmptySubsequences: false)
        return pieces.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
            .filter { !declarations.isFound($0, from: file) }
    }

    /// What may name a file.
    private func words(of text: String) -> [Substring] {
        text.split { !($0.isLetter || $0.isNumber || "/._+-@".contains($0)) }.map { word in
            word.hasSuffix(".") ? word.dropLast() : word
        }
    }

    private func isThere(_ word: Substring) -> Bool {
        let last = word.split(separator: "/").last ?? ""
        let isSource = [".swift", ".md", ".py"].contains {
            last.hasSuffix($0) && last.count > $0.count
        }
        let isPath = Self.folders.contains { word.hasPrefix("\($0)/") }
        guard isSource || isPath else { return true }
        // A word in capitals stands for another.
        if isPath, word.split(separator: "/").contains(where: Self.isPlaceholder) { return true }
        if access(SourceTree.path(String(word)), F_OK) == 0 { return true }
        return isSource && !isPath && names.contains(last)
    }

    private static func isPlaceholder(_ part: Substring) -> Bool {
        part.allSatisfy { $0.isUppercase } && part.count > 1
    }
}
