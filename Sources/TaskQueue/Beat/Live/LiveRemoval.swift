/// What became of an entry that was to be taken away from those in the broker.
package enum LiveRemoval: Equatable, Sendable {
    case removed
    /// Nothing was changed: the entry is one of the settings.
    case configured
    /// There is no entry of that name.
    case unknown
}
