/// What is kept of workflows where the results are: how far chords are, which tasks a group has, which ids were promised.
///
/// Where the broker holds the results, chords are counted in its own steps (``FinishedTask/sequel``). Else a step is
/// repeated if the worker that takes it dies: so nothing is counted twice, and all that have reported are named until
/// ``close(_:)``.
package protocol WorkflowStore: AnyObject {
    /// Chords begin: before the last of the tasks of their headers is sent.
    func start(_ starts: [ChordStart]) throws(BrokerError)

    /// Counts reports.
    ///
    /// - Returns: for each, all that have reported, if these are as many as there are, in their order; `nil`: others
    ///   are to come, or the chord is closed.
    func count(_ reports: [ChordReport]) throws(BrokerError) -> [[ChordMember]?]

    /// What follows from chords was sent: what is reported of them from now on counts for nothing.
    func close(_ groups: [String]) throws(BrokerError)

    /// Tasks will be sent with these ids, but not yet: nothing is known of them, and they are pending all the same.
    func promise(_ ids: [TaskID]) throws(BrokerError)

    /// Keeps which tasks a group has, as long as results are kept (`celery-wire`, section 5.5).
    func keep(_ members: [TaskID], of group: String) throws(BrokerError)

    /// The tasks of a group in their order; `nil`: none is kept under that id.
    func members(of group: String) throws(BrokerError) -> [TaskID]?
}

extension WorkflowStore {
    package func promise(_ ids: [TaskID]) throws(BrokerError) {}
}

/// The record of a group, as Celery's `GroupResult.save` writes it (`celery-wire`, section 5.5).
package enum GroupRecord {
    package static func json(_ members: [TaskID], of group: String) -> [UInt8] {
        var writer = JSONWriter(capacity: members.count * 60 + 100)
        writer.beginObject()
        writer.key("result")
        writer.value(ResultTuple.group(TaskID(group), members.map { ResultTuple.task($0) }))
        writer.endObject()
        return writer.bytes
    }

    /// The tasks of a record, those of groups in it among them; `nil`: it is not one.
    package static func members(_ json: [UInt8]) -> [TaskID]? {
        (try? JSONText(json))?[key: "result"].flatMap(ResultTuple.members)
    }
}

/// How Celery names what was sent (`celery-wire`, section 5.3).
enum ResultTuple {
    static func task(_ id: TaskID) -> JSONText {
        JSONText(array: [JSONText(array: [JSONText(string: id.text), .null]), .null])
    }

    /// `members` are tuples.
    static func group(_ id: TaskID, _ members: [JSONText]) -> JSONText {
        let own = JSONText(array: [JSONText(string: id.text), .null])
        return JSONText(array: [own, JSONText(array: members)])
    }

    /// The ids of the tasks of a group's tuple; `nil`: it is not one.
    static func members(_ tuple: JSONText) -> [TaskID]? {
        guard let parts = tuple.elements(count: 2), let members = parts[1].elements else {
            return nil
        }
        return members.flatMap { member in
            if let inner = self.members(member) { return inner }
            let id = member.elements(count: 2)?[0].elements(count: 2)?[0].string
            return id.map { [TaskID($0)] } ?? []
        }
    }
}
