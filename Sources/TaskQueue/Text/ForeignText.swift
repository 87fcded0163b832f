/// Text that a message or a task brought along, as a reason or a log names it.
package enum ForeignText {
    /// In quotation marks, with escapes, and cut after a hundred characters: it can neither end the line
    /// nor hide the rest of the sentence.
    package static func quoted(_ text: String) -> String {
        let start = String(text.unicodeScalars.prefix(100))
        let isWhole = start.utf8.count == text.utf8.count
        return JSONText(string: start).compact.text + (isWhole ? "" : "…")
    }

    /// As it is, cut where it is longer than so many bytes.
    package static func cut(_ text: String, to length: Int) -> String {
        guard text.utf8.count > length else { return text }
        return String(decoding: text.utf8.prefix(length), as: UTF8.self) + "…"
    }
}
