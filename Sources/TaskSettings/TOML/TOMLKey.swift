internal import TaskQueue

/// One part of a key, `b` of `a.b.c`, and where it stands.
struct TOMLKey {
    /// Without quotes and escapes.
    let text: String
    /// From 1.
    let line: Int
    /// In characters, from 1.
    let column: Int
}

extension TOMLKey {
    func error(_ reason: String) -> TOMLError {
        TOMLError(line: line, column: column, reason: reason)
    }
}

extension TOMLKey {
    /// A part of a key as a document has it: in quotes if it needs them.
    static func written(_ text: String) -> String {
        let isBare = !text.isEmpty && text.utf8.allSatisfy(TOMLReader.isBareKeyByte)
        return isBare ? text : "\"\(text)\""
    }
}
