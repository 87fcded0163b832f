/// A broker that cannot remember what `tq-beat` needs, and the place that remembers it: a broker too, in which
/// no tasks wait but those of an outbox.
package final class BrokerWithOutbox: ForwardingBroker {
    private let memory: any Broker
    private let outbox: BeatOutbox

    /// - Parameters:
    ///   - broker: keeps the tasks.
    ///   - memory: remembers, over a connection of a worker that no other has.
    ///   - url: of the broker, without its password.
    /// - Throws: ``BrokerError/unable(broker:_:)`` if it cannot remember.
    package init(
        _ broker: any Broker,
        remembering memory: any Broker,
        for url: String
    ) throws(BrokerError) {
        self.memory = memory
        outbox = try BeatOutbox(
            to: broker,
            remembering: memory,
            in: BeatOutbox.queue(of: url)
        )
        super.init(broker)
    }

    package override var beatStore: (any BeatStore)? { outbox }
    package override var liveEntryStore: (any LiveEntryStore)? { memory.liveEntryStore }
    package override var beatAdministration: (any BeatAdministration)? { memory.beatAdministration }
}
