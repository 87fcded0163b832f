import CommandSupport
internal import Connections
import TaskQueue

/// The work of `tq-result`: looks tasks up, or waits for them, and prints what came out.
struct ResultCommand {
    /// Tasks looked up or waited for at once: bounds the memory, whatever comes on stdin.
    private static let window = 1000
    /// How long to wait for results before looking whether more ids have come.
    private static let inputInterval: Duration = .milliseconds(50)

    private let options: ResultOptions
    private let backend: any ResultBackend
    private var ids: IDStream
    private var printer: ResultPrinter
    /// `nil`: no progress is shown.
    private let display: ProgressDisplay?
    private var code = ExitCode.success
    private var deadline: Instant? { options.limit?.deadline }
    /// `nil`: no notice is printed.
    private let notice: AbsenceNotice?

    /// A task that was asked for; `status` is `nil` while it is waited for.
    private struct Entry {
        let id: TaskID
        var status: ResultStatus?
    }

    init(
        _ options: ResultOptions,
        _ backend: any ResultBackend,
        _ transports: Transports,
        isQuiet: Bool
    ) {
        self.options = options
        self.backend = backend
        ids = IDStream(options.ids)
        let diagnostics = Diagnostics(program: "tq-result")
        printer = ResultPrinter(options.format, diagnostics: diagnostics, isRaw: options.isRaw)
        display = options.progress.map { ProgressDisplay($0, diagnostics: diagnostics) }
        notice =
            isQuiet || !options.waits
            ? nil : transports.absenceNotice(diagnostics, until: options.limit?.deadline)
    }

    mutating func run() throws(CommandError) -> ExitCode {
        if options.waits { try waitForAll() } else { try lookUpAll() }
        return code
    }

    private mutating func lookUpAll() throws(CommandError) {
        while !ids.isAtEnd {
            let batch = try ids.take(Self.window, waitingUntil: nil)
            let found = try lookUp(batch)
            for (id, status) in found { try print(id, status) }
            try printer.flush()
            try forget(found.map(\.id), found.map(\.status))
        }
    }

    /// Looks tasks up; the id of a group stands for its tasks.
    private func lookUp(
        _ ids: [TaskID]
    ) throws(CommandError) -> [(id: TaskID, status: ResultStatus)] {
        try reportingBrokerErrors { () throws(BrokerError) in
            var found: [(id: TaskID, status: ResultStatus)] = []
            for (id, status) in zip(ids, try backend.fetch(ids)) {
                if status == .unknown, let tasks = try backend.workflowStore?.members(of: id.text) {
                    found += zip(tasks, try backend.fetch(tasks)).map { ($0, $1) }
                } else {
                    found.append((id, status))
                }
            }
            return found
        }
    }

    private mutating func print(_ id: TaskID, _ status: ResultStatus) throws(CommandError) {
        code = max(code, try printer.print(id, status))
    }

    private mutating func forget(_ ids: [TaskID], _ statuses: [ResultStatus]) throws(CommandError) {
        guard options.forgets else { return }
        let finished = zip(ids, statuses).filter { $1.isFinal }.map { $0.0 }
        try reportingBrokerErrors { () throws(BrokerError) in try backend.forget(finished) }
    }
}

// MARK: - Waiting

extension ResultCommand {
    private mutating func waitForAll() throws(CommandError) {
        var entries: [Entry] = []
        while !entries.isEmpty || !ids.isAtEnd {
            try fill(&entries)
            try printFinished(&entries)
            if entries.contains(where: { $0.status == nil }) { try wait(&entries) }
        }
    }

    /// Adds ids while there is room, and looks them up.
    ///
    /// Waits for ids only when all others are printed.
    private mutating func fill(_ entries: inout [Entry]) throws(CommandError) {
        guard entries.count < Self.window else { return }
        let room = Self.window - entries.count
        let new = try ids.take(room, waitingUntil: entries.isEmpty ? deadline : .now)
        guard !new.isEmpty else {
            if entries.isEmpty, !ids.isAtEnd, let deadline, deadline <= .now { throw timedOut([]) }
            return
        }
        let added = try lookUp(new).map { id, status in
            Entry(id: id, status: Self.isWorthWaiting(id, status) ? nil : status)
        }
        entries += added
        display?.add(added.count)
        display?.end(added.filter { $0.status != nil }.map(\.id))
    }

    /// An unknown id of tq's own making was not sent, or its result is gone.
    ///
    /// Any other may be from one of Celery's clients, which leave no record of what they send.
    private static func isWorthWaiting(_ id: TaskID, _ status: ResultStatus) -> Bool {
        status == .unknown ? TaskIDParts(id) == nil : !status.isFinal
    }

    /// Prints what has ended: as JSON in the order in which it ended, else in the order of the ids.
    private mutating func printFinished(_ entries: inout [Entry]) throws(CommandError) {
        var kept: [Entry] = []
        var printed: [(id: TaskID, status: ResultStatus)] = []
        for entry in entries {
            guard let status = entry.status, kept.isEmpty || options.format == .json else {
                kept.append(entry)
                continue
            }
            try print(entry.id, status)
            printed.append((entry.id, status))
        }
        entries = kept
        try printer.flush()
        try forget(printed.map(\.id), printed.map(\.status))
    }

    /// `nil`: nobody wants progress.
    private var onProgress: (([StoredResult]) -> Void)? {
        guard let display else { return nil }
        return { [notice] records in
            notice?.withdraw()
            display.report(records)
        }
    }

    private mutating func wait(_ entries: inout [Entry]) throws(CommandError) {
        let open = entries.filter { $0.status == nil }.map(\.id)
        var limit = deadline
        let canTakeMore = !ids.isAtEnd && entries.count < Self.window && options.format == .json
        if canTakeMore {
            limit = min(limit ?? .now + Self.inputInterval, .now + Self.inputInterval)
        }
        display?.draw()
        limit = [limit, notice?.due].compactMap(\.self).min()
        let finished: [StoredResult]
        do throws(BrokerError) {
            finished = try backend.awaitFinal(open, until: limit, onProgress: onProgress)
        } catch {
            if let deadline, deadline <= .now { throw timedOut(open) }
            throw CommandError(error)
        }
        if finished.isEmpty { notice?.lookIfDue() }
        if finished.isEmpty, let deadline, deadline <= .now { throw timedOut(open) }
        let results = Dictionary(finished.map { ($0.id, $0) }) { first, _ in first }
        for index in entries.indices where entries[index].status == nil {
            entries[index].status = results[entries[index].id].map { .stored($0) }
        }
        display?.end(open.filter { results[$0] != nil })
    }

    private func timedOut(_ open: [TaskID]) -> CommandError {
        let limit = options.limit ?? WaitLimit(.zero)
        guard open.isEmpty else { return limit.timedOut(open) }
        let time = DurationText.format(limit.timeout)
        return CommandError(
            .timedOut,
            "standard input has not ended in \(time): --timeout sets the time"
        )
    }
}
