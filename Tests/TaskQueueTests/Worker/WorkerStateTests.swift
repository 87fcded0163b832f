import TestSupport
import Testing

@testable import TaskQueue

@Suite("worker state")
struct WorkerStateTests {
    private let now = Moment.now

    private static func state(
        slots: Int = 1,
        prefetch: Int? = 0,
        maxTasks: Int? = nil,
        retry: RetryPolicy = RetryPolicy()
    ) -> WorkerState {
        var limits = WorkerLimits(concurrency: slots)
        limits.prefetch = prefetch
        limits.maxTasks = maxTasks
        var policy = TaskPolicy()
        policy.retry = retry
        return WorkerState(
            WorkerConfiguration(queues: [.celery], limits: limits, policy: { [policy] _ in policy })
        )
    }

    /// Has a worker take tasks of these ids.
    private func take(
        _ ids: String...,
        into state: inout WorkerState,
        _ change: (inout OutgoingTask) -> Void = { _ in }
    ) throws {
        for id in ids {
            let delivery = Delivery.sample(id, .celery, change)
            let decision = state.decide(
                delivery,
                .success(try delivery.task()),
                readiness: { _, _ in .ready },
                now: now
            )
            guard case .accept = decision else { throw NoSuchPart(name: id) }
        }
    }

    /// Starts what may be started.
    private func start(_ state: inout WorkerState, ahead: Bool = false) -> [TaskAssignment] {
        var started: [TaskAssignment] = []
        while case .start(let assignment) = state.next(takesAhead: { _ in ahead }, now: now) {
            started.append(assignment)
        }
        return started
    }

    private func ids(_ settlements: [WorkerState.Settlement]) -> [String] {
        settlements.map { settlement in
            switch settlement {
            case .finish(let task): "finish \(task.delivery.tag)"
            case .requeue(let task): "requeue \(task.delivery.tag)"
            case .deadLetter(let letter): "dead \(letter.delivery.tag)"
            }
        }
    }

    // MARK: - How much

    @Test("what is held ahead of tasks that take long goes back, unless the settings have it held")
    func release() throws {
        var state = Self.state(prefetch: nil)
        try take("a", "b", "c", into: &state)
        #expect(start(&state).map(\.task.id.text) == ["a"])
        #expect(state.holdsAhead)
        #expect(ids(state.release()) == ["requeue tag-b", "requeue tag-c"])
        #expect(!state.holdsAhead && state.vacancies(at: now.instant) == 0)
        var fixed = Self.state(prefetch: 2)
        try take("a", "b", into: &fixed)
        #expect(start(&fixed).count == 1)
        #expect(!fixed.holdsAhead && fixed.release().isEmpty)
    }

    @Test("what has come and is not read yet is held")
    func arrived() throws {
        var state = Self.state(slots: 3, prefetch: 2)
        state.took([.sample("1"), .sample("2"), .sample("3")])
        #expect(state.arrived == 3 && state.vacancies(at: now.instant) == 6 && !state.isIdle)
        state.took([.sample("4")])
        #expect(state.vacancies(at: now.instant) == 0)
        let first = [state.nextArrival()?.tag, state.nextArrival()?.tag]
        #expect(first == ["tag-1", "tag-2"])
        try take("1", into: &state)
        #expect(state.arrived == 2 && state.vacancies(at: now.instant) == 6)
        let others = [state.nextArrival()?.tag, state.nextArrival()?.tag, state.nextArrival()?.tag]
        #expect(others == ["tag-3", "tag-4", nil] && state.arrived == 0)
        var limited = Self.state(slots: 3, maxTasks: 3)
        limited.took([.sample("1"), .sample("2")])
        #expect(limited.vacancies(at: now.instant) == 1)
    }

    @Test("takes as many as it has slots, and those that it holds ahead for each")
    func vacancies() throws {
        var state = Self.state(slots: 3, prefetch: 2)
        #expect(state.vacancies(at: now.instant) == 9)
        try take("1", "2", "3", "4", "5", "6", "7", "8", "9", into: &state)
        #expect(start(&state).map(\.task.id.text) == ["1", "2", "3"])
        #expect(state.waiting.count == 6 && state.vacancies(at: now.instant) == 0)
        var none = Self.state(slots: 2)
        #expect(none.vacancies(at: now.instant) == 2)
        try take("1", "2", into: &none)
        _ = start(&none)
        #expect(none.vacancies(at: now.instant) == 0)
    }

    @Test("takes again when half of what it holds ahead is used up, not one by one")
    func half() throws {
        var state = Self.state(slots: 1, prefetch: 4)
        try take("1", "2", "3", "4", "5", into: &state)
        var taken: [Int] = []
        for _ in 1...5 {
            guard let run = start(&state).first?.run else { break }
            taken.append(state.vacancies(at: now.instant))
            _ = state.end(run, .success(.null), after: .milliseconds(1), now: now)
        }
        #expect(taken == [0, 0, 2, 3, 4])
    }

    @Test("starts tasks that can be given ahead beyond its slots, others not")
    func ahead() throws {
        var state = Self.state(slots: 2, prefetch: 1)
        try take("1", "2", "3", into: &state)
        // Nobody knows yet how long they take.
        #expect(start(&state, ahead: true).map(\.task.id.text) == ["1", "2"])
        // So many that one at which the machine stood still does not count.
        for _ in 1...50 {
            for run in state.runs.keys {
                _ = state.end(run, .success(.null), after: .milliseconds(1), now: now)
            }
            try take("4", "5", into: &state)
            _ = start(&state)
        }
        #expect(state.runs.count == 2)
        #expect(start(&state, ahead: true).count == 1)
        #expect(state.runs.count == 3)
    }

    @Test("--max-tasks is exact, whatever is held ahead")
    func maxTasks() throws {
        var state = Self.state(slots: 2, prefetch: 10, maxTasks: 3)
        #expect(state.vacancies(at: now.instant) == 3)
        try take("1", "2", into: &state)
        #expect(state.vacancies(at: now.instant) == 1)
        try take("3", into: &state)
        #expect(state.vacancies(at: now.instant) == 0)
        let runs = start(&state).map(\.run)
        #expect(runs.count == 2 && !state.hasStartedAllItMay)
        _ = state.end(runs[0], .success(.null), after: .milliseconds(1), now: now)
        #expect(start(&state).count == 1 && state.hasStartedAllItMay)
    }

    @Test("a task that cannot be run now goes back for a while, is not counted, and others are run")
    func unable() throws {
        var state = Self.state(slots: 2, maxTasks: 2)
        let delivery = Delivery.sample("1")
        let decision = state.decide(
            delivery,
            .success(try delivery.task()),
            readiness: { _, _ in .unable("gone") },
            now: now
        )
        guard case .delay(let later, _, let until) = decision else {
            Issue.record("it is not put back")
            return
        }
        #expect(later.eta == until && until > now.time && until <= now.time + .seconds(1))
        #expect(state.isIdle && state.vacancies(at: now.instant) == 2)
        #expect(state.inabilities.takeNews().count == 1)
        // Another one, that could not be started.
        var other = Self.state(maxTasks: 1)
        try take("1", into: &other)
        let run = try #require(start(&other).first?.run)
        let (settlement, fate) = other.end(run, .unable("gone"), after: .zero, now: now)
        #expect(ids([settlement]) == ["requeue tag-1"] && fate == .ended)
        #expect(try #require(settlement.due) > now.time)
        #expect(!other.hasStartedAllItMay && other.inabilities.names.count == 1)
    }

    @Test("what keeps tasks from running that were begun together is said once")
    func unableTogether() throws {
        var state = Self.state(slots: 2)
        try take("1", into: &state)
        try take("2", into: &state)
        for run in start(&state).map(\.run) {
            _ = state.end(run, .unable("gone"), after: .milliseconds(5), now: now)
        }
        #expect(state.inabilities.takeNews().count == 1)
    }

    @Test(
        "a task with steps that cannot be run is set aside before it runs, with what is wrong with them",
        arguments: [
            (#"{"chain":[{"task":"u"},7]}"#, "its chain: it is not a signature"),
            (#"{"chord": {"task": "celery.chain"}}"#, "its chord: celery.chain is not described"),
            (
                #"{"callbacks": [{"task": "u", "options": {"priority": "high"}}]}"#,
                #"its callbacks (link): u: its option "priority" is not"#
            ),
            (
                #"{"errbacks":[{"task":"u", "options": {"link": 7}}]}"#,
                "its errbacks (link_error): u has an option link that holds no signatures"
            ),
            (#"{"callbacks":[{"task":"u"}],"errbacks":[],"chain":[],"chord":null}"#, nil),
            (#"{"callbacks":[],"errbacks":[],"chain":[],"chord":null}"#, nil),
            (#"{"callbacks": null, "errbacks": null, "chain": null, "chord": null}"#, nil),
            ("null", nil), ("{}", nil),
        ]
    )
    func workflow(_ embed: String, _ problem: String?) throws {
        var state = Self.state()
        var message = try Delivery.sample("1").message()
        message.body = Array("[[],{},\(embed)]".utf8)
        let delivery = Delivery(
            tag: "tag-1",
            queue: .celery,
            content: .kombu(Envelope.encode(message))
        )
        let decision = state.decide(
            delivery,
            .success(try delivery.task()),
            readiness: { _, _ in .ready },
            now: now
        )
        guard let problem else {
            guard case .accept = decision else { throw NoSuchPart(name: embed) }
            return
        }
        guard case .deadLetter(let letter) = decision else { throw NoSuchPart(name: embed) }
        let reason = "what is to follow the task t cannot be run: \(problem)"
        #expect(letter.reason.hasPrefix(reason))
        #expect(letter.result?.state == .failure)
    }

    @Test("what has ended before is dropped without a result, and what kills workers is set aside")
    func standings() throws {
        for standing in [Delivery.Standing.ended(nil), .poison] {
            var state = Self.state()
            let sample = Delivery.sample("1")
            let delivery = Delivery(
                tag: sample.tag,
                queue: sample.queue,
                content: sample.content,
                losses: 3,
                comesAgain: true,
                standing: standing
            )
            let decision = state.decide(
                delivery,
                .success(try delivery.task()),
                readiness: { _, _ in .ready },
                now: now
            )
            switch decision {
            case .drop(let finished, _) where standing == .ended(nil):
                #expect(finished.result == nil && finished.next.isEmpty)
            case .deadLetter(let letter) where standing == .poison:
                #expect(letter.reason.contains("3 workers died while they held this task"))
                #expect(letter.result?.state == .failure)
            default: throw NoSuchPart(name: "\(standing)")
            }
        }
    }

    @Test(
        "what has ended before sends what follows, which may have been lost with its acknowledgement"
    )
    func endedInWorkflow() throws {
        var state = Self.state()
        let sample = Delivery.sample("1")
        var message = try sample.message()
        message.body = Array(#"[[],{},{"chain":[{"task":"u","options":{"task_id":"next"}}]}]"#.utf8)
        for (result, isSent) in [
            (StoredResult.success(TaskID("1"), .number(7)), true),
            (.failure(TaskID("1")), false),
        ] {
            let delivery = Delivery(
                tag: sample.tag,
                queue: sample.queue,
                content: .kombu(Envelope.encode(message)),
                comesAgain: true,
                standing: .ended(result)
            )
            let decision = state.decide(
                delivery,
                .success(try delivery.task()),
                readiness: { _, _ in .ready },
                now: now
            )
            guard case .drop(let finished, _) = decision else { throw NoSuchPart(name: "drop") }
            #expect(finished.result == nil)
            #expect(finished.sequel?.messages.map(\.id) == (isSent ? [TaskID("next")] : []))
            #expect(finished.sequel?.results.map(\.id) == (isSent ? [] : [TaskID("next")]))
            let body = finished.sequel?.messages.first?.message.body
            if isSent {
                #expect(
                    body.map { String(decoding: $0, as: UTF8.self) }?.hasPrefix("[[7],{},") == true
                )
            }
        }
    }

    @Test("a task that was interrupted or expired does not count among --max-tasks")
    func uncounted() throws {
        var state = Self.state(maxTasks: 1)
        try take("1", into: &state)
        let run = try #require(start(&state).first?.run)
        #expect(state.hasStartedAllItMay)
        let (settlement, fate) = state.end(run, .interrupted, after: .milliseconds(1), now: now)
        #expect(ids([settlement]) == ["requeue tag-1"] && fate == .ended)
        #expect(!state.hasStartedAllItMay && state.vacancies(at: now.instant) == 1)
        try take("2", into: &state) { $0.expires = now.time + .milliseconds(1) }
        guard case .expire = state.next(takesAhead: { _ in false }, now: now + .seconds(1)) else {
            Issue.record("it has not expired while it was held")
            return
        }
        #expect(!state.hasStartedAllItMay && state.isIdle)
    }

    @Test("has one slot at least, however many are taken away")
    func slots() {
        var state = Self.state(slots: 2)
        state.addSlots(1)
        #expect(state.limits.concurrency == 3)
        for _ in 1...5 { state.addSlots(-1) }
        #expect(state.limits.concurrency == 1)
    }

    // MARK: - Stopping

    @Test("gives back what it only held, in its order, and finishes what runs")
    func stop() throws {
        var state = Self.state(slots: 1, prefetch: 3)
        try take("1", "2", "3", "4", into: &state)
        let run = try #require(start(&state).first?.run)
        #expect(ids(state.stop()) == ["requeue tag-2", "requeue tag-3", "requeue tag-4"])
        #expect(
            state.phase == .stopping && state.vacancies(at: now.instant) == 0
                && state.waiting.isEmpty
        )
        #expect(state.stop().isEmpty)
        let (settlement, _) = state.end(run, .success(.null), after: .milliseconds(1), now: now)
        #expect(ids([settlement]) == ["finish tag-1"])
        #expect(state.phase == .stopped)
    }

    @Test("is at its end at once when nothing runs")
    func stopIdle() throws {
        var state = Self.state()
        try take("1", into: &state)
        #expect(ids(state.stop()) == ["requeue tag-1"])
        #expect(state.phase == .stopped)
        #expect(start(&state).isEmpty)
    }

    @Test("keeps what it holds when it is configured anew, and counts on")
    func reconfigure() throws {
        var state = Self.state(slots: 2, prefetch: 2, maxTasks: 4)
        try take("1", "2", "3", into: &state)
        #expect(start(&state).count == 2)
        var limits = WorkerLimits(concurrency: 3)
        limits.maxTasks = 4
        limits.prefetch = 0
        state.reconfigure(
            WorkerConfiguration(queues: [.celery], limits: limits),
            at: now.instant
        )
        #expect(state.runs.count == 2)
        #expect(start(&state).map(\.task.id.text) == ["3"])
        #expect(state.vacancies(at: now.instant) == 0)
        state.addSlots(5)
        #expect(state.vacancies(at: now.instant) == 1)
    }

    // MARK: - What becomes of a task

    private static let failure = TaskFailure.command("E")

    /// Ends the only run of a worker with an outcome.
    private func end(
        _ outcome: TaskOutcome,
        retry: RetryPolicy = RetryPolicy(),
        _ change: (inout OutgoingTask) -> Void = { _ in }
    ) throws -> (WorkerState.Settlement, TaskFate, WorkerState) {
        var state = Self.state(retry: retry)
        try take("1", into: &state, change)
        let run = try #require(start(&state).first?.run)
        let (settlement, fate) = state.end(run, outcome, after: .milliseconds(1), now: now)
        #expect(state.runs.isEmpty && state.isIdle)
        return (settlement, fate, state)
    }

    @Test("a retry is the state RETRY and the task once more, in one settlement")
    func retry() throws {
        let outcome = TaskOutcome.retry(delay: .seconds(5), Self.failure, traceback: "why")
        let (settlement, fate, state) = try end(outcome)
        guard case .finish(let finished) = settlement else {
            Issue.record("\(settlement)")
            return
        }
        #expect(fate == .retries(after: .seconds(5), number: 1))
        #expect(finished.delivery.tag == "tag-1")
        let result = try #require(finished.result)
        #expect(result.id.text == "1" && result.state == .retry && result.finishedAt == nil)
        #expect(result.failure == Self.failure && result.traceback == "why")
        #expect(result.children.text == #"[[["1",null],null]]"#)
        #expect(finished.next.map(\.eta) == [now.time + .seconds(5)])
        #expect(finished.next.first?.message.headers[key: "retries"]?.integer == 1)
        #expect(state.latestRetry == now.time + .seconds(5))
    }

    @Test("the delay is the task's own wish, else the settings'")
    func delay() throws {
        var policy = RetryPolicy()
        policy.delay = .seconds(9)
        let (_, own, _) = try end(
            .retry(delay: .zero, Self.failure, traceback: nil),
            retry: policy
        )
        #expect(own == .retries(after: .zero, number: 1))
        let (_, settings, _) = try end(
            .retry(delay: nil, Self.failure, traceback: nil),
            retry: policy
        )
        #expect(settings == .retries(after: .seconds(9), number: 1))
    }

    @Test("a task that is out of retries has failed, and is set aside")
    func outOfRetries() throws {
        let outcome = TaskOutcome.retry(delay: .zero, Self.failure, traceback: "why")
        let (settlement, fate, _) = try end(outcome) { $0.options.shared.maxRetries = 0 }
        guard case .deadLetter(let letter) = settlement else {
            Issue.record("\(settlement)")
            return
        }
        #expect(fate == .outOfRetries(0))
        #expect(letter.id?.text == "1" && letter.task?.text == "t")
        #expect(letter.reason == "CommandFailed: E (given up after 0 retries)")
        #expect(letter.result?.state == .failure && letter.result?.traceback == "why")
        #expect(letter.result?.finishedAt == now.time)
    }

    @Test("an exception that the task named keeps its arguments when it is out of retries")
    func outOfRetriesAsException() throws {
        let failure = TaskFailure(type: "KeyError", message: "name", module: "builtins")
        for (traceback, expected) in [
            (nil, "given up after 0 retries"), ("a", "a\ngiven up after 0 retries"),
        ] {
            let outcome = TaskOutcome.retry(delay: .zero, failure, traceback: traceback)
            guard
                case .deadLetter(let letter) = try end(
                    outcome,
                    { $0.options.shared.maxRetries = 0 }
                )
                .0
            else {
                Issue.record("it is not set aside")
                return
            }
            #expect(letter.reason == "KeyError: name (given up after 0 retries)")
            #expect(letter.result?.failure == failure && letter.result?.traceback == expected)
        }
    }

    @Test("a task that tries for ever comes a second later from the hundredth time on")
    func forEver() throws {
        var policy = RetryPolicy()
        policy.maxRetries = nil
        #expect(policy.bounded(.milliseconds(1), after: 99) == .milliseconds(1))
        #expect(policy.bounded(.milliseconds(1), after: 100) == .seconds(1))
        #expect(policy.bounded(.seconds(5), after: 100) == .seconds(5))
    }

    @Test("a message's limits and tries count as far as the settings let it ask for them")
    func caps() throws {
        var policy = TaskPolicy()
        policy.limits = TimeLimits(hard: 10)
        policy.longestAsked = .seconds(60)
        policy.retry.mostAsked = 2
        var state = WorkerState(
            WorkerConfiguration(
                queues: [.celery],
                limits: WorkerLimits(concurrency: 3),
                policy: { [policy] _ in policy }
            )
        )
        try take("1", into: &state) {
            $0.options.shared.timeLimits = TimeLimits(hard: 1e9)
            $0.options.shared.maxRetries = 9
        }
        try take("2", into: &state) { $0.options.shared.timeLimits = TimeLimits(hard: 0) }
        try take("3", into: &state)
        let started = start(&state)
        #expect(started.map(\.limits.hard) == [60, 60, 10])
        #expect(started.map(\.maxRetries) == [2, 3, 3])
    }

    @Test("a result that nobody wants is stored in no state")
    func ignored() throws {
        let outcomes: [TaskOutcome] = [
            .success(.null), .failure(Self.failure, traceback: nil),
            .fatal(Self.failure, traceback: nil),
            .retry(delay: .zero, Self.failure, traceback: nil),
        ]
        for outcome in outcomes {
            let (settlement, _, _) = try end(outcome) { $0.options.ignoresResult = true }
            switch settlement {
            case .finish(let task): #expect(task.result == nil)
            case .deadLetter(let letter): #expect(letter.result == nil)
            case .requeue: Issue.record("\(outcome)")
            }
        }
    }

    @Test("a task that is put back comes a second later, one that was interrupted at once")
    func back() throws {
        guard case .requeue(let later) = try end(.putBack).0,
            case .requeue(let soon) = try end(.interrupted, { $0.options.priority = 3 }).0
        else {
            Issue.record("they are not put back")
            return
        }
        #expect(later.eta == now.time + .seconds(1) && soon.eta == nil && soon.priority == 3)
    }

    @Test("a task that is replaced has no result yet, and the other runs under its id")
    func replaced() throws {
        let text = #"{"task": "next", "args": [1], "kwargs": {"a": 2}, "options": {"queue": "q"}}"#
        let replacement = try Replacement(try .written(text))
        let (settlement, _, _) = try end(.replaced(by: replacement)) {
            $0.arguments.args = JSONText(wellFormed: Array("[9]".utf8))
            $0.options.priority = 3
        }
        guard case .finish(let finished) = settlement else {
            Issue.record("\(settlement)")
            return
        }
        #expect(finished.result == nil)
        let next = try #require(finished.next.first)
        #expect(next.id.text == "1" && next.task.text == "next" && next.queue.text == "q")
        #expect(next.priority == 3 && next.eta == nil)
        let task = try TaskMessage(next.message, body: BodyReader())
        #expect(task.id.text == "1" && task.task.text == "next" && task.args.text == "[1]")
        #expect(task.kwargs.text == #"{"a": 2}"# && task.retries == 0)
        #expect(task.parentID?.text == "1")
        #expect(next.message.headers[key: "argsrepr"]?.string == "(1,)")
        #expect(next.message.headers[key: "replaced_task_nesting"]?.integer == 1)
    }

    @Test("the limits of a message go before those of the settings, each by itself")
    func limits() throws {
        var policy = TaskPolicy()
        policy.limits = TimeLimits(hard: 10, soft: 5)
        let limits = WorkerLimits(concurrency: 1)
        var state = WorkerState(
            WorkerConfiguration(queues: [.celery], limits: limits, policy: { [policy] _ in policy })
        )
        try take("1", into: &state) { $0.options.shared.timeLimits = TimeLimits(hard: 7) }
        #expect(start(&state).map(\.limits) == [TimeLimits(hard: 7, soft: 5)])
    }
}
