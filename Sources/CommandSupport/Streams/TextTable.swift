/// Rows in columns, under a line of titles, for people: printed as they come.
package struct TextTable {
    private let titles: [String]
    private var widths: [Int]
    private var hasTitles = false

    package init(_ titles: [String]) {
        self.titles = titles
        widths = titles.map { TerminalText.width(of: $0) }
    }

    /// The lines of more rows, in columns that are wide enough for them and for those before.
    ///
    /// - Parameter rows: a cell for each title; what would disturb a terminal is made safe.
    /// - Returns: lines without blanks at their end; before the first, the titles.
    package mutating func lines(_ rows: [[String]]) -> [String] {
        let rows =
            (hasTitles ? [] : [titles])
            + rows.map { $0.map { SafeText.cell($0.isEmpty ? "-" : $0) } }
        hasTitles = true
        for row in rows {
            for (column, cell) in row.enumerated() {
                widths[column] = max(widths[column], TerminalText.width(of: cell))
            }
        }
        return rows.map { row in
            var line = ""
            var gap = 0
            for (column, cell) in row.enumerated() {
                line += String(repeating: " ", count: gap) + cell
                gap = widths[column] + 2 - TerminalText.width(of: cell)
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
    }
}
