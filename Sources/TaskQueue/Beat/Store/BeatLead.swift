/// Whether a lease was had for the asking.
package enum BeatLead: Equatable, Sendable {
    case held
    /// Another has it, for so long if it is not renewed.
    case heldByOther(String, remaining: Duration)
}
