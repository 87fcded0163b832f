/// What a ``BeatDriver`` is told while it runs.
package enum BeatOrder: Sendable {
    /// Go by this from now on; `nil`: as before.
    case reload(BeatConfiguration?)
    /// Give the lease back and end.
    case stop
}
