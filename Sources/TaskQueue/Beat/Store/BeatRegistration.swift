/// An entry as a ``BeatStore`` knows it.
package struct BeatRegistration: Equatable, Sendable {
    package let name: String
    /// Another when the entry fires at other instants.
    package let fingerprint: String
    /// As it is written, for people.
    package let schedule: String
    package let task: TaskName

    package init(name: String, fingerprint: String, schedule: String, task: TaskName) {
        self.name = name
        self.fingerprint = fingerprint
        self.schedule = schedule
        self.task = task
    }
}
