/// What a shell can offer in a place on the command line.
package enum Completion: Sendable, Equatable {
    /// Nothing: what belongs here is not known.
    case none
    case file
    case directory
    /// These words, without spaces or quotes.
    case choices([String])
}
