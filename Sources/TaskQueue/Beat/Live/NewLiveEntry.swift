/// An entry that is to be added to those in the broker.
package struct NewLiveEntry: Equatable, Sendable {
    package let enrolment: BeatEnrolment
    /// Its table, as in `beat.d`; it means the same whatever the settings of its reader say.
    package let text: String

    package var name: String { enrolment.name }

    package init(_ enrolment: BeatEnrolment, text: String) {
        self.enrolment = enrolment
        self.text = text
    }
}
