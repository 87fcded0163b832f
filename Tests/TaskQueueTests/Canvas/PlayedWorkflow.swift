import TestSupport

@testable import TaskQueue

/// Runs what was captured of a workflow with the tasks of the capture's program, one after the other, and keeps what
/// the canvas has sent and stored.
struct PlayedWorkflow {
    private let canvas = Canvas()
    private var queue: [TaskMessage]
    private var sizes: [String: Int] = [:]
    private var reports: [String: [ChordReport]] = [:]
    private(set) var sent: [TaskMessage] = []
    private(set) var results: [TaskID: (state: TaskState, value: JSONText)] = [:]

    /// Begins with the tasks that a client has sent.
    init(_ messages: [TaskMessage], sizes: [String: Int] = [:]) {
        queue = messages
        self.sizes = sizes
    }

    /// Runs until nothing is left.
    mutating func play() throws {
        while !queue.isEmpty {
            let task = queue.removeFirst()
            switch try Self.outcome(of: task) {
            case .success(let value):
                results[task.id] = (.success, value)
                try follow(canvas.sequel(ofSuccess: value, of: task, at: .now()))
            case .failure(let failure):
                results[task.id] = (.failure, failure.json)
                try follow(canvas.sequel(ofFailure: failure.json, of: task, at: .now()))
            }
        }
    }

    private mutating func follow(_ sequel: Sequel?) throws {
        guard let sequel else { return }
        for result in sequel.results { results[result.id] = (result.state, result.result) }
        for start in sequel.starts { sizes[start.group] = start.size }
        for message in sequel.messages {
            let task = try TaskMessage(message.message, body: BodyReader())
            sent.append(task)
            queue.append(task)
        }
        for report in sequel.reports {
            let all = (reports[report.group] ?? []) + [report]
            reports[report.group] = all
            guard all.count == sizes[report.group] else { continue }
            let members = all.sorted { ($0.index ?? .max) < ($1.index ?? .max) }.map {
                ChordMember(task: $0.task, state: $0.state, value: $0.value)
            }
            try follow(report.complete(members))
        }
    }

    /// What the tasks of the captures' program make of their arguments.
    private static func outcome(of task: TaskMessage) throws -> Result<JSONText, TaskFailure> {
        let args = task.args.elements ?? []
        let numbers = args.compactMap(\.integer)
        switch task.task.text {
        case "capapp.add": return .success(.number(numbers.reduce(0, +)))
        case "capapp.mul": return .success(.number(numbers.reduce(1, *)))
        case "capapp.xsum":
            return .success(.number((args[0].elements ?? []).compactMap(\.integer).reduce(0, +)))
        case "capapp.ident": return .success(args[0])
        case "capapp.fail":
            let arguments = JSONText(array: [JSONText(string: "boom"), .number(42)])
            return .failure(
                TaskFailure(type: "ValueError", arguments: arguments, module: "builtins")
            )
        default: return .success(.null)
        }
    }
}

extension TaskFailure: Error {}
