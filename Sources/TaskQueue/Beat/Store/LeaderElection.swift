/// Lets one of several connections lead, for as long as it lasts.
package protocol LeaderElection: AnyObject {
    /// Takes the lead, unless another connection has it.
    ///
    /// Called again and again, also by the one that leads: its connection is looked after by that.
    ///
    /// - Parameter group: what is led.
    /// - Returns: whether this connection leads.
    /// - Throws: ``BrokerError``; it does not lead then.
    func lead(_ group: String) throws(BrokerError) -> Bool

    /// Gives the lead up, if it has it.
    func resign(_ group: String) throws(BrokerError)
}
