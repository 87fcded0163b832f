package import TaskQueue

extension SQLiteResultBackend: WorkflowStore {
    package func start(_ starts: [ChordStart]) throws(BrokerError) {
        guard !starts.isEmpty else { return }
        try database.transaction { () throws(BrokerError) in
            try ChordTable(database).start(starts)
        }
    }

    package func count(_ reports: [ChordReport]) throws(BrokerError) -> [[ChordMember]?] {
        guard !reports.isEmpty else { return [] }
        return try database.transaction { () throws(BrokerError) in
            var counted: [[ChordMember]?] = []
            for report in reports { counted.append(try ChordTable(database).count(report)) }
            return counted
        }
    }

    package func close(_ groups: [String]) throws(BrokerError) {
        try database.transaction { () throws(BrokerError) in
            for group in groups { try ChordTable(database).close(group) }
        }
    }

    package func promise(_ ids: [TaskID]) throws(BrokerError) {
        guard !ids.isEmpty else { return }
        try database.transaction { () throws(BrokerError) in
            try PromiseTable(database).add(ids, lifetime: resultLifetime)
        }
    }

    package func keep(_ members: [TaskID], of group: String) throws(BrokerError) {
        try database.transaction { () throws(BrokerError) in
            try PromiseTable(database).keep(members, of: group, lifetime: resultLifetime)
        }
    }

    package func members(of group: String) throws(BrokerError) -> [TaskID]? {
        try PromiseTable(database).members(of: group)
    }
}
