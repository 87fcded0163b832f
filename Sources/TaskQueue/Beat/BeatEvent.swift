/// What is worth telling of the life of a ``BeatDriver``.
package enum BeatEvent: Sendable {
    /// The broker was reached for the first time.
    case ready
    /// This process sends from now on.
    case leads(entries: Int)
    /// Another process sends: its name.
    case follows(String)
    /// `lateness` is counted from when it was to be sent.
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
    /// So many live entries are there now.
    case changed(live: Int)
    case reloading
    /// The broker cannot be used, and is tried again after the pause.
    case brokerFailed(BrokerError, Duration)
    case brokerIsBack
    case stopping
}
