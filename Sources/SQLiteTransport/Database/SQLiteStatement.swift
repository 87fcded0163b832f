internal import CSQLite
internal import TaskQueue

/// A prepared statement.
///
/// Its values are bound, run and read in one call of ``SQLiteDatabase``.
final class SQLiteStatement {
    private let handle: OpaquePointer

    /// Takes over the handle and finalizes it.
    init(_ handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        sqlite3_finalize(handle)
    }

    func bind(_ values: [SQLiteValue]) {
        for (offset, value) in values.enumerated() {
            let index = Int32(offset + 1)
            switch value {
            case .null: sqlite3_bind_null(handle, index)
            case .integer(let integer): sqlite3_bind_int64(handle, index, integer)
            case .text(let text):
                var text = text
                _ = text.withUTF8 { utf8 in
                    utf8.withMemoryRebound(to: CChar.self) {
                        tq_bind_text(handle, index, $0.baseAddress, Int32($0.count))
                    }
                }
            case .blob(let bytes):
                _ = bytes.withUnsafeBytes { buffer in
                    buffer.isEmpty
                        ? sqlite3_bind_zeroblob(handle, index, 0)
                        : tq_bind_blob(handle, index, buffer.baseAddress, Int32(buffer.count))
                }
            }
        }
    }

    /// Runs to the next row or the end.
    ///
    /// - Returns: SQLite's result code.
    func step() -> Int32 { sqlite3_step(handle) }

    /// Goes back to before the first step, with the values that are bound.
    func restart() {
        sqlite3_reset(handle)
    }

    /// Makes the statement ready to be run again, and lets go of its locks.
    func reset() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    /// The columns of the row that ``step()`` has reached.
    var row: SQLiteRow { SQLiteRow(handle) }
}

/// A value on its way into a statement.
enum SQLiteValue {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])
}

/// A row of a running statement: valid until the statement goes on.
struct SQLiteRow {
    private let handle: OpaquePointer

    init(_ handle: OpaquePointer) {
        self.handle = handle
    }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    /// The bytes of a text or a blob.
    func bytes(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(handle, column) else { return [] }
        return Array(
            UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
        )
    }
}
