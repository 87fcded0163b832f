import TaskQueue
import Testing

@testable import CommandSupport

@Suite("the progress of several tasks on one line")
struct ProgressSummaryTests {
    @Test("has what changes first, and of an id its end, which no other has")
    func line() throws {
        var summary = ProgressSummary()
        summary.add(4)
        let id = TaskID("0198c1d2-7a53-7d60-9b5e-2f1c8a6f0b11")
        let metadata = try JSONText(#"{"current": 3, "total": 10, "message": "ok"}"#.utf8)
        let record = StoredResult(id: id, state: .progress, result: metadata)
        summary.report([TaskProgress(record)])
        let line = summary.line(width: 79, usesColor: false)
        #expect(
            line == "[=>                        ] 0 of 4 tasks done; 30% (3/10) ok (task …8a6f0b11)"
        )
    }
}
