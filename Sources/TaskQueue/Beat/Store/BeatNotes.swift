internal import Synchronization

/// What a process knows of its entries, over all its connections, where no place remembers it.
package final class BeatNotes: Sendable {
    struct State {
        var known: [String: KnownEntry] = [:]
        /// When another had the lead, as seen last; `nil`: this process has gone on from there.
        var ledByOtherAt: Timestamp?
    }

    let state = Mutex(State())

    package init() {}
}
