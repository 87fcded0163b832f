/// Two runners as one: the second runs what the first cannot.
package final class CombinedRunner: TaskRunner {
    private let first: any TaskRunner
    private let second: any TaskRunner
    private let poll: EventPoll

    /// How many tasks the second runs.
    private var secondCount = 0

    package var slots = 1 {
        didSet {
            second.slots = slots
            share()
        }
    }

    /// - Throws: ``ResourceShortage``.
    package init(
        _ first: any TaskRunner,
        else second: any TaskRunner
    ) throws(ResourceShortage) {
        poll = try EventPoll()
        self.first = first
        self.second = second
        poll.add(first.descriptor, .readable, number: 0)
        poll.add(second.descriptor, .readable, number: 1)
    }

    package var descriptor: Int32 { poll.descriptor }

    package var nextDeadline: Instant? {
        [first.nextDeadline, second.nextDeadline].compactMap(\.self).min()
    }

    package var isStarved: Bool { first.isStarved || second.isStarved }
    package var kind: String { "\(first.kind) or \(second.kind)" }

    package func canRun(_ task: TaskName) -> Bool { first.canRun(task) || second.canRun(task) }

    package func readiness(for task: TaskName, isDoubted: Bool) -> Readiness {
        runner(for: task).readiness(for: task, isDoubted: isDoubted)
    }

    package func takesAhead(_ task: TaskName) -> Bool { runner(for: task).takesAhead(task) }

    package func start(_ assignment: TaskAssignment) {
        let runner = runner(for: assignment.task.task)
        if runner === second {
            secondCount += 1
            share()
        }
        runner.start(assignment)
    }

    package func flush() {
        first.flush()
        second.flush()
    }

    package func advance() -> [RunEvent] {
        let events = second.advance()
        let ended = events.count { if case .ended = $0 { true } else { false } }
        secondCount -= ended
        if ended > 0 { share() }
        return first.advance() + events
    }

    /// Tasks that the first has taken ahead run in the slots that the second leaves, or one by one.
    private func share() {
        let left = max(slots - secondCount, 1)
        if first.slots != left { first.slots = left }
    }

    package func interrupt(grace: Duration) {
        first.interrupt(grace: grace)
        second.interrupt(grace: grace)
    }

    package func shutDown() {
        first.shutDown()
        second.shutDown()
    }

    private func runner(for task: TaskName) -> any TaskRunner {
        first.canRun(task) ? first : second
    }
}
