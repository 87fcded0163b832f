import FoundationEssentials
import Testing

@testable import TaskQueue
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

    private func failure(_ error: any Error) throws -> TaskFailure {
        guard case .failed(let failure) = ErrorJudge(retriesErrors: false).answer(to: error) else {
            throw Unexpected()
        }
        return failure
    }

    private struct Unexpected: Error {}

    @Test("its type is the name of the error's, however that is declared, and no address")
    func types() throws {
        struct Local: Error {}
        let errors: [any Error] = [
            Secret(password: "x"), Nested.Inner(), Generic<[String: (Int) -> Void]>(),
            Generic<Int>.Deep(), Local(), Unexpected(),
        ]
        let names = try errors.map { try failure($0).type }
        #expect(
            names == [
                "Secret", "Nested.Inner", "Generic", "Generic.Deep", "ErrorJudgeTests.Local",
                "ErrorJudgeTests.Unexpected",
            ]
        )
        #expect(try failure(Secret(password: "x")).module == "TaskQueueWorkerTests")
        let forms = [
            "App.(unknown context at $55fa7a3332e8).(unknown context at $55fa7a3332e9).Odd",
            "App.(Odd in _ABC).Inner", "(extension in App):Swift.Array<Swift.Int>.Odd", "Odd",
        ].map { ErrorName(reflected: $0).name }
        #expect(forms == ["Odd", "Inner", "Array.Odd", "Odd"])
    }

    @Test("its message is what its author wrote for people, and nothing else that it holds")
    func messages() throws {
        #expect(try !failure(Secret(password: "hunter2")).text.contains("hunter2"))
        #expect(try failure(Leak.query("hunter2")).text == "query")
        #expect(try failure(Leak.closed).text == "closed")
        #expect(try failure(Said()).text == "said so")
        #expect(try failure(Localized()).text == "in words")
        let problem = #expect(throws: DecodingError.self) {
            try TaskCoding.decode([Int].self, from: JSONText(string: "hunter2"))
        }
        #expect(try !failure(#require(problem)).text.contains("hunter2"))
    }

    @Test(
        "a soft limit has one fate, whatever a library makes of the cancellation",
        arguments: [false, true]
    )
    func softLimit(_ retriesErrors: Bool) {
        let judge = ErrorJudge(retriesErrors: retriesErrors)
        for error in [CancellationError(), Leak.closed, TaskQueueError.cancelled] as [any Error] {
            guard case .failure(let failure, _) = judge.answer(to: error).outcome(.softLimit(1))
            else {
                Issue.record("\(error) is something else")
                continue
            }
            #expect(failure.type == "SoftTimeLimitExceeded")
        }
        let own = judge.answer(to: TaskError("Partial", "half of it"))
        let failure = TaskFailure(type: "Partial", message: "half of it", module: "tq")
        #expect(own.outcome(.softLimit(1)) == .failure(failure, traceback: nil))
        #expect(own.outcome(.interruption) == .interrupted)
        let again = judge.answer(to: TaskVerdict.retry(after: .seconds(1)))
        guard case .retry = again.outcome(.softLimit(1)) else {
            Issue.record("a verdict stands")
            return
        }
    }

    @Test("without a limit, retriesErrors says whether it is tried again")
    func retries() {
        let error = TaskError("Busy", "not yet")
        let failure = TaskFailure(type: "Busy", message: "not yet", module: "tq")
        let answers = [false, true].map {
            ErrorJudge(retriesErrors: $0).answer(to: error).outcome(nil)
        }
        #expect(
            answers == [
                .failure(failure, traceback: nil), .retry(delay: nil, failure, traceback: nil),
            ]
        )
    }
}

private struct Secret: Error {
    var password: String
}

private enum Nested {
    struct Inner: Error {}
}

private struct Generic<Value>: Error {
    struct Deep: Error {}
}

private enum Leak: Error {
    case query(String)
    case closed
}

private struct Said: Error, CustomStringConvertible {
    var description: String { "said so" }
}

private struct Localized: LocalizedError {
    var errorDescription: String? { "in words" }
}
