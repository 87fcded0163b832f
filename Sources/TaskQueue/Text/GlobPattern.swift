/// A name, or a pattern for names: `*` stands for any number of characters, `?` for one.
package struct GlobPattern: Equatable, Sendable {
    private let pattern: [Unicode.Scalar]

    package init(_ text: String) {
        pattern = Array(text.unicodeScalars)
    }
}

extension GlobPattern {
    /// Whether the whole of `name` matches, in time no worse than the product of both lengths.
    package func matches(_ name: String) -> Bool {
        let name = Array(name.unicodeScalars)
        var (index, next) = (0, 0)
        /// Where the last `*` is, and how much of the name it has taken when it was last tried.
        var star: (index: Int, taken: Int)?
        while next < name.count {
            if index < pattern.count, pattern[index] == "*" {
                star = (index, next)
                index += 1
            } else if index < pattern.count, pattern[index] == "?" || pattern[index] == name[next] {
                index += 1
                next += 1
            } else if let last = star {
                star = (last.index, last.taken + 1)
                (index, next) = (last.index + 1, last.taken + 1)
            } else {
                return false
            }
        }
        return pattern[index...].allSatisfy { $0 == "*" }
    }
}
