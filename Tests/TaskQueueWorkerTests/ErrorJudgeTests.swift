import TaskQueue
import Testing

@testable import TaskQueueClient
@testable import TaskQueueWorker

@Suite("what a handler's error means")
struct ErrorJudgeTests {
    @Test("cancelled within a client's call, it is cancelled", arguments: [false, true])
    func cancelledCall(_ retriesErrors: Bool) {
        let answer = ErrorJudge(retriesErrors: retriesErrors).answer(to: TaskQueueError.cancelled)
        guard case .cancelled = answer else {
            Issue.record("it is \(answer)")
            return
        }
    }
}
