/// An entry that was added while `tq-beat` runs, as a ``LiveEntryStore`` knows it.
package struct LiveRegistration: Equatable, Sendable {
    package let registration: BeatRegistration
    /// See ``StoredLiveEntry/version``.
    package let version: Int64

    package var name: String { registration.name }

    package init(_ registration: BeatRegistration, version: Int64) {
        self.registration = registration
        self.version = version
    }
}
