/// An entry as the broker keeps it, unread.
package struct StoredLiveEntry: Equatable, Sendable {
    package let name: String
    /// See ``LiveEntry/version``; above zero.
    package let version: Int64
    /// See ``LiveDraft/text``.
    package let text: String

    package init(name: String, version: Int64, text: String) {
        self.name = name
        self.version = version
        self.text = text
    }
}
