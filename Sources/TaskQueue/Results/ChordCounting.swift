/// Counts chords where the results are, for a broker that does not hold them; what can be done there besides storing.
///
/// A step is repeated if the worker that takes it dies: so nothing is counted twice, and the body of a chord is named
/// until ``close(_:)``.
package protocol ChordCounting: AnyObject {
    /// Chords begin: before the tasks of their headers are sent.
    func start(_ starts: [ChordStart]) throws(BrokerError)

    /// Counts reports.
    ///
    /// - Returns: for each, all that have reported, if these are as many as there are, in their order; `nil`: others
    ///   are to come, or the chord is closed.
    func count(_ reports: [ChordReport]) throws(BrokerError) -> [[ChordMember]?]

    /// What follows from chords was sent: what is reported of them from now on counts for nothing.
    func close(_ groups: [String]) throws(BrokerError)
}
