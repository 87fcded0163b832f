import TestSupport

/// A file of `packaging`, with the paths of an installation replaced by those of a test.
struct PackagedFile {
    private(set) var text: String

    init(_ name: String) throws {
        text = try SourceTree.text("packaging/\(name)")
    }

    /// - Throws: when there is nothing to replace: the test would run something else.
    mutating func replace(_ old: String, by new: String) throws {
        struct Missing: Error { let text: String }
        guard text.contains(old) else { throw Missing(text: old) }
        text.replace(old, with: new)
    }

    /// The lines that are no comments.
    func lines(commentedBy mark: Character) -> [String] {
        text.split(separator: "\n").filter { $0.first != mark }.map(String.init)
    }
}
