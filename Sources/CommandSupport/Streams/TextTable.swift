internal import Glibc

/// Rows in columns, under a line of titles, for people: printed as they come.
package struct TextTable {
    /// The least width of a column that is shortened.
    private static let narrowest = 8

    private let titles: [String]
    /// Columns of the terminal; `nil`: lines may be of any length.
    private let width: Int?
    private var widths: [Int]
    private var hasTitles = false

    /// - Parameters:
    ///   - titles: of the columns.
    ///   - width: the columns of the terminal: wider lines are shortened, the last column first and the first
    ///     one last; `nil`: nothing is shortened.
    package init(_ titles: [String], width: Int? = nil) {
        self.titles = titles
        self.width = width
        widths = titles.map { TerminalText.width(of: $0) }
    }

    /// The columns of the terminal that stdout is; `nil`: it is not a terminal.
    package static var terminalWidth: Int? {
        isatty(1) == 1 ? TerminalText.columns(of: 1) : nil
    }

    /// The lines of more rows, in columns that are wide enough for them and for the earlier ones.
    ///
    /// - Parameter rows: a cell for each title; made safe for a terminal.
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
        let widths = fittingWidths
        return rows.map { row in
            var line = ""
            var gap = 0
            for (column, cell) in row.enumerated() {
                let cell =
                    TerminalText.width(of: cell) > widths[column]
                    ? TerminalText.prefix(cell, widths[column]) : cell
                line += String(repeating: " ", count: gap) + cell
                gap = widths[column] + 2 - TerminalText.width(of: cell)
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
    }

    /// The widths of the columns, so that a line fits into the terminal if possible.
    private var fittingWidths: [Int] {
        guard let width else { return widths }
        var fitting = widths
        var excess = fitting.reduce(0, +) + 2 * (fitting.count - 1) - width
        let last = fitting.indices.dropFirst().reversed()
        for column in Array(last) + fitting.indices.prefix(1) where excess > 0 {
            let least = max(Self.narrowest, TerminalText.width(of: titles[column]))
            let cut = min(excess, max(fitting[column] - least, 0))
            fitting[column] -= cut
            excess -= cut
        }
        return fitting
    }
}
