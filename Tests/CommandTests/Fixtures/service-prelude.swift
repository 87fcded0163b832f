import ServiceLifecycle
import TaskQueueWorker

// What stands around those blocks that are about services besides; they are never run.

extension Place {
    var server: any Service { fatalError("blocks are never run") }
    var worker: TaskWorker { fatalError("blocks are never run") }
    var logger: Logger { Logger(label: "block") }
}
