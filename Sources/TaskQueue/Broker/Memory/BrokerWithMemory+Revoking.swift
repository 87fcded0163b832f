/// A broker that remembers nothing cannot be searched either: a task that is revoked goes when its turn comes.
extension BrokerWithMemory: TaskRevoking {
    package var searches: Bool { false }

    package func revoke(_ ids: [TaskID], for lifetime: Duration) throws(BrokerError) {
        try memory.revoke(ids, for: lifetime)
        try base.celeryControl?.tellCelery(CeleryBroadcast.revoke(ids))
    }

    package func takeOut(_ ids: [TaskID]) throws(BrokerError) {}

    package func find(_ ids: [TaskID]) throws(BrokerError) -> Set<TaskID> { [] }
}
