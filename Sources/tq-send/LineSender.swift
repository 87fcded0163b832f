import CommandSupport
import TaskQueue

/// Sends the tasks that stand on stdin, one a line, as they come.
struct LineSender {
    /// Messages sent in one step; more lines than these at once only cost memory.
    private static let largestBatch = 1000

    private let task: TaskName?
    /// How a task is sent whose line says nothing else.
    private let options: TaskOptions
    private let format: SendOptions.LineFormat
    private let keepsGoing: Bool
    private let zone: LocalTimeZone
    private let diagnostics: Diagnostics
    private var lineNumber = 0
    private(set) var hasFailed = false

    init(
        task: TaskName?,
        options: TaskOptions,
        format: SendOptions.LineFormat,
        keepsGoing: Bool,
        zone: LocalTimeZone,
        diagnostics: Diagnostics
    ) {
        self.task = task
        self.options = options
        self.format = format
        self.keepsGoing = keepsGoing
        self.zone = zone
        self.diagnostics = diagnostics
    }

    /// Reads stdin to its end.
    ///
    /// - Parameters:
    ///   - sentCount: how many messages were accepted so far, for the complaint about a bad line.
    ///   - make: makes what is sent of the task of a line.
    ///   - send: is given what was made as soon as the lines that are there have been read.
    /// - Throws: ``CommandError`` with status 65 at the first bad line; what stood before it is sent.
    mutating func run<Item>(
        sentCount: () -> Int,
        make: (TaskDraft) -> Item,
        send: ([Item]) throws(CommandError) -> Void
    ) throws(CommandError) {
        var lines = LineStream(separator: format == .nullTerminated ? 0 : 0x0A)
        while let batch = try next(&lines, sentCount) {
            var made: [Item] = []
            for line in batch {
                lineNumber += 1
                do throws(LineError) {
                    guard let draft = try read(line) else { continue }
                    made.append(make(draft))
                } catch {
                    try send(made)
                    made = []
                    try report(error, sent: sentCount())
                }
                guard made.count >= Self.largestBatch else { continue }
                try send(made)
                made = []
            }
            try send(made)
        }
    }

    private func next(
        _ lines: inout LineStream,
        _ sentCount: () -> Int
    ) throws(CommandError) -> [ArraySlice<UInt8>]? {
        do throws(CommandError) { return try lines.next() } catch {
            throw error.adding(sentence: "\(Sender.sent(sentCount())) before")
        }
    }

    /// `nil` for an empty line, which is passed over unless lines are strings.
    private func read(_ line: ArraySlice<UInt8>) throws(LineError) -> TaskDraft? {
        if format == .json, line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) {
            return nil
        }
        guard let task else { return try TaskLine.draft(line, options, zone: zone) }
        return TaskDraft(task, try TaskLine.arguments(line, format), options)
    }

    private mutating func report(_ error: LineError, sent: Int) throws(CommandError) {
        hasFailed = true
        let message =
            "line \(lineNumber) of standard input: \(error); \(Sender.sent(sent)) before it"
        guard keepsGoing else { throw CommandError(.badInput, message) }
        diagnostics.error(message)
    }
}
