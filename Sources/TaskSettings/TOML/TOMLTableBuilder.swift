internal import TaskQueue

/// A table while its document is read, and the rules on what may still be added to it.
///
/// TOML 1.0, sections "Keys" and "Table": a table is defined once, by a header or by dotted keys
/// below one header. Until then it may exist because a longer header names it.
final class TOMLTableBuilder {
    /// How the table came to be, which decides what may follow.
    enum Origin: Equatable {
        /// Named only as part of a longer header.
        case implied
        /// By `[name]`, `[[name]]`, as an inline table or as the document.
        case defined
        /// By dotted keys in the section of that number.
        case dotted(section: Int)
    }

    private enum Slot {
        case value(TOMLValue)
        case table(TOMLTableBuilder)
        case arrayOfTables([TOMLTableBuilder])
    }

    private var origin: Origin
    private let line: Int
    private var slots: [(key: String, line: Int, slot: Slot)] = []
    /// By bytes, since strings that differ only in their Unicode composition are equal.
    private var positions: [[UInt8]: Int] = [:]

    init(_ origin: Origin, line: Int) {
        self.origin = origin
        self.line = line
    }

    /// The table with all that was added to it.
    func finished() -> TOMLTable {
        TOMLTable(
            entries: slots.map { key, line, slot in
                TOMLTable.Entry(key: key, line: line, value: Self.finished(slot, line: line))
            }
        )
    }

    private static func finished(_ slot: Slot, line: Int) -> TOMLValue {
        switch slot {
        case .value(let value):
            value
        case .table(let table):
            TOMLValue(content: .table(table.finished()), line: table.line)
        case .arrayOfTables(let tables):
            TOMLValue(
                content: .array(
                    tables.map { TOMLValue(content: .table($0.finished()), line: $0.line) }
                ),
                line: line
            )
        }
    }
}

extension TOMLTableBuilder {
    /// Sets `a.b.c = value`, read in the section of that number.
    func set(_ path: [TOMLKey], to value: TOMLValue, section: Int) throws(TOMLError) {
        var table = self
        for key in path.dropLast() {
            table = try table.tableForDottedKey(key, section: section)
        }
        guard let last = path.last else { return }
        if let position = table.position(of: last) {
            throw last.error(
                "\"\(last.text)\" is set twice, first on line \(table.slots[position].line)"
            )
        }
        table.append(.value(value), for: last)
    }

    /// The table that `[a.b.c]` opens.
    func openTable(_ path: [TOMLKey]) throws(TOMLError) -> TOMLTableBuilder {
        guard let last = path.last else { return self }
        let parent = try tableForHeader(path.dropLast())
        guard let position = parent.position(of: last) else {
            let table = TOMLTableBuilder(.defined, line: last.line)
            parent.append(.table(table), for: last)
            return table
        }
        guard case .table(let table) = parent.slots[position].slot, table.origin == .implied else {
            let line = parent.slots[position].line
            throw last.error("\"\(last.text)\" is defined twice, first on line \(line)")
        }
        table.origin = .defined
        return table
    }

    /// The new last table of the array that `[[a.b.c]]` opens.
    func openArrayElement(_ path: [TOMLKey]) throws(TOMLError) -> TOMLTableBuilder {
        guard let last = path.last else { return self }
        let parent = try tableForHeader(path.dropLast())
        let table = TOMLTableBuilder(.defined, line: last.line)
        guard let position = parent.position(of: last) else {
            parent.append(.arrayOfTables([table]), for: last)
            return table
        }
        guard case .arrayOfTables(var tables) = parent.slots[position].slot else {
            let line = parent.slots[position].line
            throw last.error("\"\(last.text)\" is not an array of tables, see line \(line)")
        }
        // Taken out first, so that the array is not copied for each of its tables.
        parent.slots[position].slot = .arrayOfTables([])
        tables.append(table)
        parent.slots[position].slot = .arrayOfTables(tables)
        return table
    }
}

extension TOMLTableBuilder {
    private func position(of key: TOMLKey) -> Int? {
        positions[Array(key.text.utf8)]
    }

    private func append(_ slot: Slot, for key: TOMLKey) {
        positions[Array(key.text.utf8)] = slots.count
        slots.append((key.text, key.line, slot))
    }

    /// Walks the first parts of a header: through any table, and into the last element of an array
    /// of tables.
    private func tableForHeader(
        _ path: ArraySlice<TOMLKey>
    ) throws(TOMLError) -> TOMLTableBuilder {
        var table = self
        for key in path {
            guard let position = table.position(of: key) else {
                let implied = TOMLTableBuilder(.implied, line: key.line)
                table.append(.table(implied), for: key)
                table = implied
                continue
            }
            switch table.slots[position].slot {
            case .table(let next): table = next
            case .arrayOfTables(let tables): table = tables[tables.count - 1]
            case .value: throw key.error(Self.notExtensible(key, line: table.slots[position].line))
            }
        }
        return table
    }

    /// The table that a part of a dotted key means: new, implied so far, or of dotted keys of the
    /// same section.
    private func tableForDottedKey(
        _ key: TOMLKey,
        section: Int
    ) throws(TOMLError) -> TOMLTableBuilder {
        guard let position = position(of: key) else {
            let table = TOMLTableBuilder(.dotted(section: section), line: key.line)
            append(.table(table), for: key)
            return table
        }
        guard case .table(let table) = slots[position].slot,
            table.origin == .implied || table.origin == .dotted(section: section)
        else { throw key.error(Self.notExtensible(key, line: slots[position].line)) }
        table.origin = .dotted(section: section)
        return table
    }

    private static func notExtensible(_ key: TOMLKey, line: Int) -> String {
        "nothing can be added to \"\(key.text)\", which is complete since line \(line)"
    }
}
