extension CommandInterface {
    /// The option that a person who typed `--name` may have meant, with its dashes.
    ///
    /// The option begins with that name, or is a slip or two away, and is never hidden.
    func nearestOption(to name: String) -> String? {
        Self.nearest(to: name, among: visibleOptions.map(\.long)).map { "--\($0)" }
    }

    /// The name that a person who typed another may have meant; `nil` if nothing is like it.
    static func nearest(to name: String, among names: [String]) -> String? {
        if name.utf8.count > 1, let whole = names.first(where: { $0.hasPrefix(name) }) {
            return whole
        }
        let limit = min(2, name.utf8.count / 2)
        let typed = Array(name.utf8)
        let distances = names.map { name in (name, slips(from: typed, to: Array(name.utf8))) }
        guard let nearest = distances.min(by: { $0.1 < $1.1 }), nearest.1 <= limit else {
            return nil
        }
        return nearest.0
    }

    /// How many letters must be added, dropped or changed to get from `source` to `target`: the
    /// Levenshtein distance, row by row.
    private static func slips(from source: [UInt8], to target: [UInt8]) -> Int {
        var row = Array(0...target.count)
        for (line, letter) in source.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for (column, other) in target.enumerated() {
                let changed = diagonal + (letter == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(changed, row[column] + 1, diagonal + 1)
            }
        }
        return row[target.count]
    }
}
