/// Finds the known word that somebody probably meant.
package enum Spelling {
    /// The known word that differs in at most two characters, and in less than half of the word; `nil` if there
    /// is none.
    ///
    /// Case, and `-` for `_`, make no difference: `BROKER-URL` is `broker_url`.
    package static func nearest(to word: String, among known: [String]) -> String? {
        guard word.utf8.count <= 100 else { return nil }
        let plain = word.lowercased().map { $0 == "-" ? "_" : $0 }
        let candidates = known.map { (word: $0, distance: distance(plain, Array($0))) }
        guard let best = candidates.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= 2 && best.distance * 2 < best.word.count ? best.word : nil
    }

    /// How many insertions, removals, replacements and swaps of neighbours lead from one to the
    /// other.
    ///
    /// The "optimal string alignment" distance, row by row.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, character) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var cost = min(
                    last[column + 1] + 1,
                    current[column] + 1,
                    last[column] + (character == other ? 0 : 1)
                )
                if row > 0, column > 0, character == right[column - 1], left[row - 1] == other {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
