/// A key is taken first, and the message sent then: with the sender lost in between, the key is free again after
/// some minutes.
extension BrokerWithMemory: UniqueSending {
    package func sendUnlessHeld(
        _ messages: [OutgoingMessage],
        isRepeated: Bool
    ) throws(BrokerError) -> [TaskID?] {
        let holders = try holders(messages, isRepeated)
        let unheld = zip(messages, holders).filter { $1 == nil }.map(\.0)
        guard !unheld.isEmpty else { return holders }
        do throws(BrokerError) { try base.send(unheld) } catch {
            // What may have been sent keeps its key for a while.
            if error.isAnswer {
                for message in unheld { try? memory.free(message, of: message.id) }
            }
            throw error
        }
        // They are sent, whatever becomes of this.
        try? memory.keep(unheld)
        return holders
    }

    /// Takes keys, from tasks too that have ended, or will not run, though nobody has freed them.
    private func holders(
        _ messages: [OutgoingMessage],
        _ isRepeated: Bool
    ) throws(BrokerError) -> [TaskID?] {
        var holders = try memory.hold(messages)
        for (index, message) in messages.enumerated()
        where isRepeated && holders[index]?.id == message.id {
            holders[index] = nil
        }
        let ended = try ended(among: holders.compactMap(\.self))
        for (index, holder) in holders.enumerated() {
            guard let holder, ended.contains(holder.id) else { continue }
            try memory.free(messages[index], of: holder.id)
            holders[index] = try memory.hold([messages[index]])[0]
        }
        return holders.map { $0?.id }
    }

    private func ended(among holders: [FleetMemory.Holder]) throws(BrokerError) -> Set<TaskID> {
        guard !holders.isEmpty else { return [] }
        let ids = holders.map(\.id)
        let ended = zip(ids, try openResults().fetch(ids)).filter { $1.isFinal }.map(\.0)
        let waiting = holders.filter { !$0.hasBegun }.map(\.id)
        return try memory.revoked(among: waiting).union(ended)
    }
}
