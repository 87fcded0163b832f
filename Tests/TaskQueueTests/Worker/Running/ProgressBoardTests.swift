import Testing

@testable import TaskQueue

@Suite("progress board")
struct ProgressBoardTests {
    private let start = Instant.now
    private let one = RunID(1)
    private let two = RunID(2)

    private func number(_ number: Int) -> JSONText { JSONText(wellFormed: Array("\(number)".utf8)) }

    @Test("writes the first at once, and then the latest ten times a second")
    func rate() {
        var board = ProgressBoard()
        var written: [Int] = []
        // A report each millisecond for a second.
        for millisecond in 0..<1_000 {
            board.note(one, number(millisecond))
            written += board.takeDue(start + .milliseconds(millisecond)).compactMap(\.value.integer)
        }
        #expect(written == [0, 100, 200, 300, 400, 500, 600, 700, 800, 900])
        #expect(board.nextDeadline(at: start) == start + .milliseconds(1_000))
        let last = board.takeDue(start + .milliseconds(1_000))
        #expect(last.map(\.value.integer) == [999])
        #expect(board.nextDeadline(at: start) == nil)
    }

    @Test("keeps time for each run by itself")
    func several() {
        var board = ProgressBoard()
        board.note(one, number(1))
        #expect(board.takeDue(start).map(\.run) == [one])
        board.note(one, number(2))
        board.note(two, number(3))
        #expect(board.takeDue(start + .milliseconds(50)).map(\.run) == [two])
        #expect(board.nextDeadline(at: start) == start + .milliseconds(100))
    }

    @Test("writes nothing for a run that has ended")
    func forget() {
        var board = ProgressBoard()
        board.note(one, number(1))
        board.forget(one)
        #expect(board.nextDeadline(at: start) == nil && board.takeDue(start).isEmpty)
        board.note(two, number(1))
        _ = board.takeDue(start)
        board.note(two, number(2))
        board.forget(two)
        #expect(board.takeDue(start + .seconds(1)).isEmpty)
    }
}
