import Synchronization
package import TaskQueue

extension MemoryStore.State {
    /// Writes what follows a task in its workflow, and what follows from the chords that end with it.
    mutating func write(_ sequel: Sequel?) {
        guard let sequel else { return }
        for result in sequel.results { store(result, expiresAt: .latest) }
        for start in sequel.starts { begin(start) }
        sent.formUnion(sequel.promised)
        for message in sequel.messages { add(message) }
        for report in sequel.reports {
            guard let members = count(report) else { continue }
            chords[report.group] = .init(size: 0)
            write(report.complete(members))
        }
    }

    mutating func begin(_ start: ChordStart) {
        let known = chords[start.group].flatMap { $0.size == 0 ? nil : $0 } ?? .init()
        chords[start.group] = .init(size: start.size, reports: known.reports)
    }

    /// Counts a report; `nil`: others are to come, or the body was sent.
    mutating func count(_ report: ChordReport) -> [ChordMember]? {
        var chord = chords[report.group] ?? .init()
        if !chord.reports.contains(where: { $0.member.task == report.task }) {
            let member = ChordMember(task: report.task, state: report.state, value: report.value)
            chord.reports.append((report.index, member))
        }
        chords[report.group] = chord
        guard chord.size == chord.reports.count else { return nil }
        return chord.reports.enumerated()
            .sorted {
                ($0.element.index ?? .max, $0.offset) < ($1.element.index ?? .max, $1.offset)
            }
            .map(\.element.member)
    }
}

extension MemoryResultBackend: WorkflowStore {
    package func start(_ starts: [ChordStart]) throws(BrokerError) {
        kept.write { state in
            for start in starts { state.begin(start) }
        }
    }

    package func count(_ reports: [ChordReport]) throws(BrokerError) -> [[ChordMember]?] {
        kept.write { state in reports.map { state.count($0) } }
    }

    package func close(_ groups: [String]) throws(BrokerError) {
        kept.write { state in
            for group in groups { state.chords[group] = .init(size: 0) }
        }
    }

    package func promise(_ ids: [TaskID]) throws(BrokerError) {
        kept.write { state in state.sent.formUnion(ids) }
    }

    package func keep(_ members: [TaskID], of group: String) throws(BrokerError) {
        kept.write { state in state.groups[group] = members }
    }

    package func members(of group: String) throws(BrokerError) -> [TaskID]? {
        kept.state.withLock { $0.groups[group] }
    }
}
