/// An entry that was added while `tq-beat` runs, as a ``LiveEntryStore`` knows it.
package struct LiveEnrolment: Equatable, Sendable {
    package let enrolment: BeatEnrolment
    /// See ``StoredLiveEntry/version``.
    package let version: Int64

    package var name: String { enrolment.name }

    package init(_ enrolment: BeatEnrolment, version: Int64) {
        self.enrolment = enrolment
        self.version = version
    }
}
