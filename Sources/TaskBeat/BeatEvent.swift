package import TaskQueue
package import TaskSchedules

/// What is worth reporting about a ``BeatDriver``.
package enum BeatEvent: Sendable {
    /// The broker was reached for the first time.
    case ready
    /// This process sends from now on.
    case leads(entries: Int)
    /// Another process, with this name, sends.
    case follows(String)
    /// `lateness` is counted from when it should have been sent.
    case sent(BeatEntry, TaskID, instant: Timestamp, lateness: Duration)
    /// It was left out, because a task of the entry has not ended.
    case overlapped(BeatEntry, TaskID, instant: Timestamp)
    /// It was left out, because the entry is paused.
    case paused(BeatEntry, instant: Timestamp)
    /// It has been sent before.
    case passed(BeatEntry, instant: Timestamp)
    /// The entry has fired at an instant that this machine's clock has not reached.
    case ahead(BeatEntry, lastFiring: Timestamp)
    /// A live entry is left out.
    case leftOut(entry: String, LiveRefusal)
    /// There are now this many live entries.
    case changed(live: Int)
    case reloading
    /// The broker cannot be used; it is tried again after the pause.
    case brokerFailed(BrokerError, Duration)
    case brokerIsBack
    case stopping
}
