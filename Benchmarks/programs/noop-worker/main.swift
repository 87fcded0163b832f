import TaskQueueWorker

// A worker whose tasks are handlers of its own: what a task costs beside a command.
//
//   noop   does nothing, with or without an argument
//   sleep  does nothing for 0.1 s
//   late   prints how much later it runs than its argument says, which is microseconds since the epoch: a
//          number of microseconds a line

await TaskProgram.run { tasks in
    tasks.on("noop") { (_, _: String?) in }
    tasks.on("sleep") { (_, _: String?) in try await Task.sleep(for: .milliseconds(100)) }
    tasks.on("late") { (_, due: Int) in print(microsecondsSinceEpoch() - due) }
}
