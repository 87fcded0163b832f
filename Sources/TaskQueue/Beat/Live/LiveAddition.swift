/// What became of an entry that was to be added to those in the broker.
package enum LiveAddition: Equatable, Sendable {
    case added
    /// It is in the place of the one before, which had sent so many.
    case replaced(sent: Int)
    /// Nothing was changed: there is one of that name.
    case exists
    /// Nothing was changed: a `tq-beat` has made known an entry of that name that its settings have.
    case configured
}
