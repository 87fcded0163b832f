internal import TaskQueue

/// A table of a TOML document: its keys are unique, and in the order of their first appearance.
package struct TOMLTable: Sendable {
    package let entries: [Entry]

    package struct Entry: Sendable {
        /// Without quotes and escapes; keys that differ in their bytes are different keys.
        package let key: String
        /// The line of the key's first appearance, from 1.
        package let line: Int
        package let value: TOMLValue
    }
}

extension TOMLTable {
    /// The value of a key; `nil` when the table does not have it.
    package subscript(key: String) -> TOMLValue? {
        entries.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
    }
}
