/// What a ``BeatStore`` remembers of an entry.
package struct BeatRecord: Equatable, Sendable {
    /// The firing that was sent last, or since when the entry is known.
    package var lastFiring: Timestamp
    /// How many firings were sent.
    package var count: Int
    /// The id of the last task; `nil`: none was sent.
    package var lastTask: TaskID?

    package init(lastFiring: Timestamp, count: Int = 0, lastTask: TaskID? = nil) {
        self.lastFiring = lastFiring
        self.count = count
        self.lastTask = lastTask
    }
}
