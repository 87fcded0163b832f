/// A worker that lives and what it runs, as ``FleetMemory`` keeps it: one JSON object.
///
///     {"name", "host", "pid", "started_at", "seen_at", "queues": [name …],
///      "tasks": [{"id", "task", "queue", "taken_at"} …]}
///
/// Times are in seconds since the epoch.
struct PresenceRecord {
    let identity: WorkerIdentity
    let queues: [QueueName]
    let tasks: [RunningTask]
    let seenAt: Timestamp

    var json: String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("name", identity.name)
        writer.field("host", identity.host)
        writer.field("pid", identity.pid)
        writer.field("started_at", identity.startedAt.secondsSinceEpoch)
        writer.field("seen_at", seenAt.secondsSinceEpoch)
        writer.field("queues", queues.map(\.text))
        writer.key("tasks")
        writer.beginArray()
        for task in tasks {
            writer.beginObject()
            writer.field("id", task.id?.text)
            writer.field("task", task.task?.text)
            writer.field("queue", task.queue?.text)
            writer.field("taken_at", task.takenAt?.secondsSinceEpoch)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    init(
        _ identity: WorkerIdentity,
        serving queues: [QueueName],
        running tasks: [RunningTask],
        at seenAt: Timestamp
    ) {
        (self.identity, self.queues, self.tasks, self.seenAt) = (identity, queues, tasks, seenAt)
    }

    /// - Parameters:
    ///   - json: what was kept; `nil` comes of what is not a record.
    ///   - worker: the id of its lease.
    init?(_ json: String, of worker: String) {
        guard let fields = try? JSONFields(Array(json.utf8)), let name = fields.string("name")
        else { return nil }
        identity = WorkerIdentity(
            name: name,
            host: fields.string("host") ?? "",
            pid: fields["pid"]?.integer ?? 0,
            startedAt: Self.time(fields["started_at"]) ?? .earliest
        )
        seenAt = Self.time(fields["seen_at"]) ?? .earliest
        queues = (fields["queues"]?.elements ?? []).compactMap(Self.queue)
        tasks = (fields["tasks"]?.elements ?? []).map { task in
            RunningTask(
                id: task[key: "id"]?.string.map { TaskID($0) },
                task: task[key: "task"]?.string.flatMap { TaskName($0) },
                queue: task[key: "queue"].flatMap(Self.queue),
                worker: worker,
                takenAt: Self.time(task[key: "taken_at"])
            )
        }
    }

    private static func queue(_ name: JSONText) -> QueueName? {
        name.string.flatMap { QueueName($0) }
    }

    private static func time(_ seconds: JSONText?) -> Timestamp? {
        (seconds?.double).map { Timestamp(secondsSinceEpoch: $0) }
    }
}
