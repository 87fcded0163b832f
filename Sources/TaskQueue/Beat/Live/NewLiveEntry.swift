/// An entry that is to be added to those in the broker.
package struct NewLiveEntry: Equatable, Sendable {
    package let registration: BeatRegistration
    /// Its table, as in `beat.d`; it means the same whatever the settings of its reader say.
    package let text: String

    package var name: String { registration.name }

    package init(_ registration: BeatRegistration, text: String) {
        self.registration = registration
        self.text = text
    }
}
