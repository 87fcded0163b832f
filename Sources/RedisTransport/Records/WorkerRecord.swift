internal import TaskQueue

/// A worker's identity, as it is kept in Redis beside its lease: one JSON object.
///
///     {"name", "host", "pid", "started_at", "queues"}
///
/// It goes a minute after the worker was heard of last; `started_at` is in seconds since the epoch.
enum WorkerRecord {
    static func json(_ identity: WorkerIdentity, queues: [QueueName]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("name", identity.name)
        writer.field("host", identity.host)
        writer.field("pid", identity.pid)
        writer.field("started_at", identity.startedAt.secondsSinceEpoch)
        writer.field("queues", queues.map(\.text))
        writer.endObject()
        return writer.bytes
    }

    /// - Returns: `nil` if the bytes are not a record.
    static func decode(_ bytes: [UInt8]) -> (identity: WorkerIdentity, queues: [QueueName])? {
        guard let fields = try? JSONFields(bytes), let name = fields.string("name") else {
            return nil
        }
        let identity = WorkerIdentity(
            name: name,
            host: fields.string("host") ?? "",
            pid: fields["pid"]?.integer ?? 0,
            startedAt: Timestamp(secondsSinceEpoch: fields["started_at"]?.double ?? 0)
        )
        let queues = fields["queues"]?.elements ?? []
        return (identity, queues.compactMap { $0.string.flatMap(QueueName.init) })
    }
}
