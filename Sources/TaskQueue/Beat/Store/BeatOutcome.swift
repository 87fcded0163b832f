/// What became of a firing.
package enum BeatOutcome: Equatable, Sendable {
    case sent
    /// It is left out, and remembered: this task, of a firing before, has not ended.
    case overlapped(TaskID)
    /// It is left out, and remembered: the entry is paused.
    case paused
    /// It, or one after it, has been sent before, or the entry has fired as often as it may.
    case passed(BeatRecord)
    /// It is left out: the live entry was removed or replaced, or the settings of some `tq-beat` have one of
    /// that name.
    case gone
    /// The lease is another's.
    case notLeading
}
