/// A task that every worker of Celery has, and so every worker here, without a command for it.
///
/// They come of `map`, `starmap` and `chunks`, and where a task of Celery's replaces itself by a group.
enum BuiltInTask {
    /// The calls of a task, whose results are one array: a chord that takes the place of this one.
    case calls(Signature)
    /// Returns its arguments, or one of them.
    case accumulation(JSONText)

    /// - Returns: `nil` if the task is none, or has other arguments than it must have.
    init?(_ task: TaskMessage) {
        let name = task.task.text
        guard name.utf8.starts(with: "celery.".utf8) else { return nil }
        switch name {
        case "celery.map": self.init(calls: task) { JSONText(array: [$0]) }
        case "celery.starmap": self.init(calls: task) { $0.kind == .array ? $0 : nil }
        case "celery.accumulate":
            guard let index = task.kwargs[key: "index"], index != .null else {
                self = .accumulation(task.args)
                return
            }
            guard let number = index.integer, let all = task.args.elements,
                all.indices.contains(number)
            else { return nil }
            self = .accumulation(all[number])
        default: return nil
        }
    }

    /// - Parameters:
    ///   - task: with a signature and an array of elements.
    ///   - args: the arguments of the call for an element; `nil`: it is none.
    private init?(calls task: TaskMessage, _ args: (JSONText) -> JSONText?) {
        guard let called = task.kwargs[key: "task"].flatMap(Signature.init),
            case .task = called.kind,
            Canvas().problem(of: called.json) == nil,
            let elements = task.kwargs[key: "it"]?.elements,
            elements.count * called.json.bytes.count <= Canvas.largestExpansion,
            // What it is given, an array of results, is the first of its arguments.
            let body = Signature(
                name: "celery.accumulate",
                kwargs: JSONText.emptyObject.setting([("index", .number(0))])
            )
        else { return nil }
        var members: [Signature] = []
        for element in elements {
            guard let args = args(element),
                let member = Signature(called.json.setting([("args", args)]))
            else { return nil }
            members.append(member)
        }
        self = .calls(.chord(.group(members), body))
    }
}
