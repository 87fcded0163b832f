package import TaskQueue

extension SQLiteResultBackend: ChordCounting {
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
}
