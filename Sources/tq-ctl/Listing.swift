import CommandSupport
import TaskQueue

/// Prints things that are alike on stdout: a table, or a JSON object a line.
struct Listing {
    private var table: TextTable
    private let isJSON: Bool
    private var output = OutputStream(descriptor: 1)

    /// `titles` are those of the fields' columns, in capitals.
    init(_ titles: [String], isJSON: Bool) {
        table = TextTable(titles, width: TextTable.terminalWidth)
        self.isJSON = isJSON
    }

    /// Prints more of them, each as its fields.
    mutating func print(_ rows: [[Field]]) throws(CommandError) {
        if isJSON {
            for row in rows { try output.write(Self.json(row)) }
        } else {
            let now = Timestamp.now()
            for line in table.lines(rows.map { $0.map { $0.cell(now) } }) {
                try output.writeLine(line)
            }
        }
        try output.flush()
    }

    /// A line with one object.
    static func json(_ fields: [Field]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        for field in fields { field.write(to: &writer) }
        writer.endObject()
        return writer.line
    }
}
