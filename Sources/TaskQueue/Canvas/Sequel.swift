/// What follows from the outcome of a task that is part of a workflow; it is written in the step that ends the task.
package struct Sequel: Sendable {
    /// The tasks that come next.
    package var messages: [OutgoingMessage] = []
    /// Final records of tasks that end with it, without having been sent.
    package var results: [StoredResult] = []
    /// What is counted.
    package var reports: [ChordReport] = []
    /// Chords whose headers are among the messages.
    package var starts: [ChordStart] = []
    /// Ids that are still pending, though no task of theirs is there for now.
    package var promised: [TaskID] = []
    /// Result tuples of what is sent (`celery-wire`, section 5.3).
    var children: [JSONText] = []

    package init() {}

    /// About how many bytes are written for it.
    package var size: Int {
        messages.reduce(0) { $0 + $1.size } + results.reduce(0) { $0 + $1.size }
            + reports.reduce(0) { $0 + $1.value.bytes.count }
    }

    /// Writes all but the messages where the results are, and adds what follows from the chords that end so.
    ///
    /// - Parameter backend: where the results are.
    /// - Returns: the chords to close when the messages are sent.
    /// - Throws: ``BrokerError``; it can be tried again.
    mutating func write(to backend: any ResultBackend) throws(BrokerError) -> [String] {
        var ended: [String] = []
        if !promised.isEmpty { try backend.workflowStore?.promise(promised) }
        promised = []
        while !results.isEmpty || !reports.isEmpty || !starts.isEmpty {
            if !results.isEmpty { try backend.store(results) }
            try backend.workflowStore?.start(starts)
            let counted = try backend.workflowStore?.count(reports) ?? []
            let open = reports
            (results, reports, starts) = ([], [], [])
            for (report, members) in zip(open, counted) {
                guard let members, !ended.contains(report.group) else { continue }
                ended.append(report.group)
                append(report.complete(members))
            }
        }
        return ended
    }

    /// Adds what follows from something else.
    package mutating func append(_ other: Sequel) {
        messages += other.messages
        results += other.results
        reports += other.reports
        starts += other.starts
        promised += other.promised
        children += other.children
    }
}

/// A chord that begins: how many of its header's tasks are to report.
package struct ChordStart: Equatable, Sendable {
    /// The id of its header, which is a group.
    package let group: String
    package let size: Int

    package init(group: String, size: Int) {
        self.group = group
        self.size = size
    }
}

/// That a task of a chord's header has ended.
package struct ChordReport: Sendable {
    /// The id of the header, which is a group.
    package let group: String
    package let task: TaskID
    /// Its place in the header; `nil`: at the end.
    package let index: Int?
    package let state: TaskState
    /// Its value, or its exception.
    package let value: JSONText
    /// What follows when this was the last, of all that have reported, in their order; a function of these alone.
    package let complete: @Sendable ([ChordMember]) -> Sequel

    package init(
        group: String,
        task: TaskID,
        index: Int?,
        state: TaskState,
        value: JSONText,
        complete: @escaping @Sendable ([ChordMember]) -> Sequel
    ) {
        self.group = group
        self.task = task
        self.index = index
        self.state = state
        self.value = value
        self.complete = complete
    }
}

/// What a task of a chord's header has reported.
package struct ChordMember: Equatable, Sendable {
    package let task: TaskID
    package let state: TaskState
    /// Its value, or its exception.
    package let value: JSONText

    package init(task: TaskID, state: TaskState, value: JSONText) {
        self.task = task
        self.state = state
        self.value = value
    }
}

extension ChordReport {
    /// As Celery's workers write it (`celery-wire`, section 5.6).
    package var member: JSONText {
        var writer = JSONWriter(capacity: value.bytes.count + 80)
        writer.beginArray()
        writer.value(1)
        writer.value(task.text)
        writer.value(state.rawValue)
        writer.value(value)
        writer.endArray()
        return JSONText(wellFormed: writer.bytes)
    }
}

extension ChordMember {
    /// Reads what ``ChordReport/member`` writes; `nil` if it is not that.
    package init?(_ json: [UInt8]) {
        guard let parts = (try? JSONText(json, acceptsNonFinite: true))?.elements(count: 4),
            let task = parts[1].string, let state = parts[2].string
        else { return nil }
        self.init(task: TaskID(task), state: TaskState(rawValue: state), value: parts[3])
    }
}
