/// An entry as a ``BeatStore`` knows it.
package struct BeatEnrolment: Equatable, Sendable {
    package let name: String
    /// Another when the entry fires at other instants: see ``BeatEntry/fingerprint(default:)``.
    package let fingerprint: String

    package init(name: String, fingerprint: String) {
        self.name = name
        self.fingerprint = fingerprint
    }
}
