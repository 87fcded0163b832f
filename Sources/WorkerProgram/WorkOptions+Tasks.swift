import CommandSupport
internal import TaskCommands
import TaskQueue

extension WorkOptions {
    /// Which command or handler runs which task, a line each.
    func tasks(_ handlers: HandlerTable) -> [String] {
        let names = handlers.names
        let commands = commands.plan.filter { entry in !names.contains { $0.text == entry.task } }
        return names.map { "\($0): a handler of this program" }
            + commands.map { "\($0.task): \($0.command)" }
    }

    /// - Throws: ``CommandError`` if what is named for the tasks cannot be used, or nothing is there: then a
    ///   worker would spend all tasks for nothing.
    func refuseToStart(_ handlers: HandlerTable) throws(CommandError) {
        let reasons = commands.problems(besides: handlers.names).filter(\.preventsStart)
        guard reasons.isEmpty else {
            throw CommandError(
                .badConfiguration,
                reasons.map(\.text).joined(separator: "\n")
            )
        }
    }
}
