/// A key is taken first, and the message sent then: with the sender lost in between, the key is free again after
/// some minutes.
extension BrokerWithMemory: UniqueSending {
    package func sendUnlessHeld(
        _ messages: [OutgoingMessage],
        isRepeated: Bool
    ) throws(BrokerError) -> [TaskID?] {
        let (holders, sentBefore) = try holders(messages, isRepeated)
        let unheld = zip(messages, holders).filter { $1 == nil }.map(\.0)
        guard !unheld.isEmpty else { return holders }
        do throws(BrokerError) { try send(unheld, sentBefore) } catch {
            switch error {
            case .unusable, .unable, .refusedCredentials:
                for message in unheld { try? memory.free(message, of: message.id) }
            // What may be stored keeps its key for a while.
            default: break
            }
            throw error
        }
        // They are sent, whatever becomes of this.
        try? memory.keep(unheld)
        return holders
    }

    /// Those that may have been sent before go first.
    private func send(
        _ messages: [OutgoingMessage],
        _ sentBefore: Set<TaskID>
    ) throws(BrokerError) {
        let again = messages.filter { sentBefore.contains($0.id) }
        if !again.isEmpty, let sender = base.confirmedSending {
            try sender.sendConfirmed(again, sentBefore: again.count) { _, _ in }
            try base.send(messages.filter { !sentBefore.contains($0.id) })
        } else {
            try base.send(messages)
        }
    }

    /// Takes keys, from tasks too that have ended, or will not run, though nobody has freed them.
    ///
    /// - Returns: for each message the task that holds its key; and which of those that hold theirs themselves did so
    ///   before.
    private func holders(
        _ messages: [OutgoingMessage],
        _ isRepeated: Bool
    ) throws(BrokerError) -> ([TaskID?], sentBefore: Set<TaskID>) {
        var holders = try memory.hold(messages)
        var sentBefore: Set<TaskID> = []
        for (index, message) in messages.enumerated()
        where isRepeated && holders[index]?.id == message.id {
            holders[index] = nil
            sentBefore.insert(message.id)
        }
        let ended = try ended(among: holders.compactMap(\.self))
        for (index, holder) in holders.enumerated() {
            guard let holder, ended.contains(holder.id) else { continue }
            try memory.free(messages[index], of: holder.id)
            holders[index] = try memory.hold([messages[index]])[0]
        }
        return (holders.map { $0?.id }, sentBefore)
    }

    private func ended(among holders: [FleetMemory.Holder]) throws(BrokerError) -> Set<TaskID> {
        guard !holders.isEmpty else { return [] }
        let ids = holders.map(\.id)
        let ended = zip(ids, try openResults().fetch(ids)).filter { $1.isFinal }.map(\.0)
        let waiting = holders.filter { !$0.hasBegun }.map(\.id)
        return try memory.revoked(among: waiting).union(ended)
    }
}
