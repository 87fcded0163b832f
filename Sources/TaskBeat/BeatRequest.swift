internal import TaskQueue

/// An order to a running ``BeatDriver``.
package enum BeatRequest: Sendable {
    /// Use this configuration from now on; `nil`: as before.
    case reload(BeatConfiguration?)
    /// Give the lease back and end.
    case stop
}
