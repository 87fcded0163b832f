internal import TaskQueue

/// A task of a workflow as it ends: what ``FinishInWorkflow`` writes for it.
struct WorkflowEnd {
    let delivery: Delivery
    /// See ``Outcome``.
    let outcome: [UInt8]
    let resultKey: String
    /// Where it is set aside; `nil`: it is not.
    let letter: [UInt8]?
    /// What follows, with what follows from the chords that it ends.
    private(set) var sequel: Sequel
    /// Of each report: with how many it ends its chord; `nil`: it does not.
    private(set) var counts: [Int?]
    private let beginning: Sequel

    init(_ task: FinishedTask, _ sequel: Sequel) {
        self.init(task.delivery, task.outcome, task.resultKey, nil, sequel)
    }

    init(_ letter: DeadLetter, _ sequel: Sequel) {
        self.init(
            letter.delivery,
            letter.outcome,
            letter.resultKey,
            DeadLetterRecord.json(letter),
            sequel
        )
    }

    private init(
        _ delivery: Delivery,
        _ outcome: [UInt8],
        _ resultKey: String,
        _ letter: [UInt8]?,
        _ sequel: Sequel
    ) {
        self.delivery = delivery
        self.outcome = outcome
        self.resultKey = resultKey
        self.letter = letter
        self.sequel = sequel
        beginning = sequel
        counts = Array(repeating: nil, count: sequel.reports.count)
    }

    /// Roughly how many bytes it takes.
    var size: Int { outcome.count + (letter?.count ?? 0) + sequel.size }

    /// With what follows as a report turns out to be the last of its chord; or from the beginning again, if one that
    /// was thought to be is not any more.
    ///
    /// - Parameters:
    ///   - report: its number among those of ``sequel``.
    ///   - isLast: whether it is the last.
    ///   - members: of the chord's sorted set: values and scores in turns, without those that this task adds.
    /// - Returns: `nil` if there is no such report.
    func going(on report: Int, isLast: Bool, _ members: [RedisReply]) -> WorkflowEnd? {
        guard sequel.reports.indices.contains(report) else { return nil }
        var next = self
        guard isLast, next.counts[report] == nil else {
            next.sequel = beginning
            next.counts = Array(repeating: nil, count: beginning.reports.count)
            return next
        }
        let last = sequel.reports[report]
        var found: [(score: Double, member: ChordMember)] = []
        for index in stride(from: 0, to: members.count - 1, by: 2) {
            guard let member = members[index].bytes.flatMap(ChordMember.init) else { continue }
            found.append((members[index + 1].text.flatMap { Double($0) } ?? .infinity, member))
        }
        for own in sequel.reports[...report] where own.group == last.group {
            guard !found.contains(where: { $0.member.task == own.task }) else { continue }
            let score = own.index.map { Double($0) } ?? .infinity
            let place = found.firstIndex { $0.score > score } ?? found.endIndex
            found.insert(
                (score, ChordMember(task: own.task, state: own.state, value: own.value)),
                at: place
            )
        }
        let more = last.complete(found.map(\.member))
        next.counts[report] = found.count
        next.counts += Array(repeating: nil, count: more.reports.count)
        next.sequel.append(more)
        return next
    }
}
