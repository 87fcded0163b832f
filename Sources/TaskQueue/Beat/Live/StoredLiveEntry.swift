/// An entry as the broker keeps it, unread.
package struct StoredLiveEntry: Equatable, Sendable {
    package let name: String
    /// Another when it was replaced, or was removed and added again; above zero.
    package let version: Int64
    /// See ``NewLiveEntry/text``.
    package let text: String

    package init(name: String, version: Int64, text: String) {
        self.name = name
        self.version = version
        self.text = text
    }
}
