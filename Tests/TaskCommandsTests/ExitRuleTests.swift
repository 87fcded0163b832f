import Glibc
import Testing

@testable import TaskCommands
@testable import TaskQueue
@testable import TaskSettings

@Suite("exit rule")
struct ExitRuleTests {
    private static func output(_ text: String, limit: Int = 100, errors: String = "")
        -> CommandOutput
    {
        var output = CommandOutput(limit: limit)
        Array(text.utf8).withUnsafeBytes { output.append(result: $0) }
        Array(errors.utf8).withUnsafeBytes { output.append(errors: $0) }
        return output
    }

    private static func outcome(
        _ status: TaskCommands.ExitStatus,
        _ output: String = "",
        retryOn: [ExitCondition] = [],
        fatalOn: [ExitCondition] = []
    ) -> TaskOutcome {
        var rule = ExitRule()
        rule.retryOn = retryOn
        rule.fatalOn = fatalOn
        return rule.outcome(of: status, output: Self.output(output), breach: nil)
    }

    /// What an outcome is, without its failure.
    private static func word(_ outcome: TaskOutcome) -> String {
        switch outcome {
        case .success: "success"
        case .failure: "failure"
        case .fatal: "fatal"
        case .retry(let delay, _, _): "retry \(delay.map { "\($0)" } ?? "-")"
        default: "other"
        }
    }

    @Test("an exit with 0 is the result, whatever else is said")
    func success() {
        #expect(Self.outcome(.exited(0), "5\n") == .success(JSONText(wellFormed: [0x35])))
        let outcome = Self.outcome(.exited(0), retryOn: [.any], fatalOn: [.any])
        #expect(outcome == .success(.null))
    }

    @Test(
        "75 and 111 ask for another try, 65 and 100 refuse one, and all others fail",
        arguments: [
            (75, "retry -"), (111, "retry -"), (65, "fatal"), (100, "fatal"), (1, "failure"),
            (2, "failure"), (74, "failure"), (76, "failure"), (110, "failure"), (126, "failure"),
            (127, "failure"), (255, "failure"),
        ] as [(Int32, String)]
    )
    func statuses(_ status: Int32, _ word: String) {
        #expect(Self.word(Self.outcome(.exited(status))) == word)
    }

    @Test(
        "the last line of stdout is the delay if it is a number",
        arguments: [
            ("5\n", .seconds(5)), ("5", .seconds(5)), ("some\nwords\n0.25\n", .milliseconds(250)),
            ("5\r\n", .seconds(5)), ("5 \n\n", .seconds(5)), ("1h30m\n", .seconds(5_400)),
            ("0", .zero), ("", nil), ("\n", nil), ("soon\n", nil), ("5\nsoon\n", nil),
            ("-5\n", nil), ("5 6\n", nil), ("1e3\n", nil), ("99999999999999999999\n", nil),
            ("x" + String(repeating: "1", count: 40), nil),
        ] as [(String, Duration?)]
    )
    func delay(_ text: String, _ delay: Duration?) {
        let expected = "retry \(delay.map { "\($0)" } ?? "-")"
        #expect(Self.word(Self.outcome(.exited(75), text)) == expected, "\(text)")
        #expect(Self.word(Self.outcome(.exited(111), text)) == expected, "\(text)")
        #expect(Self.word(Self.outcome(.exited(9), text, retryOn: [.status(9)])) == "retry -")
    }

    @Test("retry_on and fatal_on go before what a status means, and fatal_on before retry_on")
    func settings() {
        #expect(Self.word(Self.outcome(.exited(1), retryOn: [.status(1)])) == "retry -")
        #expect(Self.word(Self.outcome(.exited(1), retryOn: [.status(2)])) == "failure")
        #expect(Self.word(Self.outcome(.exited(65), retryOn: [.status(65)])) == "retry -")
        #expect(Self.word(Self.outcome(.exited(75), fatalOn: [.status(75)])) == "fatal")
        #expect(Self.word(Self.outcome(.exited(9), retryOn: [.signal(SIGKILL)])) == "failure")
        #expect(Self.word(Self.outcome(.signalled(9), retryOn: [.signal(SIGKILL)])) == "retry -")
        #expect(Self.word(Self.outcome(.signalled(9), retryOn: [.status(9)])) == "failure")
        #expect(Self.word(Self.outcome(.signalled(11), retryOn: [.any])) == "retry -")
        #expect(Self.word(Self.outcome(.exited(3), fatalOn: [.any])) == "fatal")
        #expect(
            Self.word(Self.outcome(.exited(3), retryOn: [.any], fatalOn: [.status(3)])) == "fatal"
        )
        #expect(Self.word(Self.outcome(.exited(75), "7", retryOn: [.any])) == "retry 7.0 seconds")
    }

    @Test("a result that is too long fails by the limit's name")
    func tooLong() {
        let output = Self.output("12345", limit: 4, errors: "why\n")
        let outcome = ExitRule().outcome(of: .exited(0), output: output, breach: nil)
        let failure = TaskFailure.command("wrote more than result_max_bytes (4) to stdout")
        #expect(outcome == .failure(failure, traceback: "why"))
    }

    @Test(
        "a result that is no text fails, and says from where on",
        arguments: [
            ([0xFF], 1), ([0x61, 0xC3], 2), (Array("\"é".utf8) + [0x80, 0x22], 4),
            ([0x7B, 0x22, 0xED, 0xA0, 0x80, 0x22, 0x3A, 0x31, 0x7D], 3), ([0x0A, 0xF5, 0x0A], 2),
        ] as [([UInt8], Int)]
    )
    func notUTF8(_ bytes: [UInt8], _ byte: Int) {
        var output = CommandOutput(limit: 100)
        bytes.withUnsafeBytes { output.append(result: $0) }
        var rule = ExitRule()
        rule.retryOn = [.any]
        let outcome = rule.outcome(of: .exited(0), output: output, breach: nil)
        let reason =
            "wrote data that is not UTF-8 to standard output, byte \(byte): pass such data in a file, "
            + "or as base64"
        #expect(outcome == .failure(TaskFailure.command(reason), traceback: nil))
    }

    @Test(
        "a result that is JSON is kept to the byte, and any text as it is",
        arguments: [
            (#"{"a":1,"a":2}"#, #"{"a":1,"a":2}"#),
            (#"["\ud800","\u0000"]"#, #"["\ud800","\u0000"]"#),
            ("123456789012345678901234567890.10", "123456789012345678901234567890.10"),
            ("1e400\n", "1e400"), ("a\0b\n", #""a\u0000b""#), ("1 2", #""1 2""#), ("\n", "\"\""),
        ]
    )
    func value(_ text: String, _ json: String) {
        #expect(Self.outcome(.exited(0), text) == .success(JSONText(wellFormed: Array(json.utf8))))
    }

    @Test("a command that was ended as its result was lost has failed, whatever is to be retried")
    func lostResult() {
        var rule = ExitRule()
        rule.retryOn = [.any]
        let breach = LimitBreach.result(.tooLong(limit: 4))
        let status = TaskCommands.ExitStatus.signalled(SIGTERM)
        let outcome = rule.outcome(
            of: status,
            output: Self.output("12345", limit: 4),
            breach: breach
        )
        let failure = TaskFailure.command(
            "wrote more than result_max_bytes (4) to stdout: killed by SIGTERM"
        )
        #expect(outcome == .failure(failure, traceback: nil))
    }

    @Test("a broken limit is the failure, and may be retried like any other")
    func breach() {
        var rule = ExitRule()
        let soft = LimitBreach.softTime(1.5)
        let status = TaskCommands.ExitStatus.signalled(SIGTERM)
        let outcome = rule.outcome(of: status, output: Self.output(""), breach: soft)
        #expect(outcome == .failure(soft.failure(ExitRule.reason(status)), traceback: nil))
        #expect(
            "\(soft.failure(ExitRule.reason(status)))"
                == "SoftTimeLimitExceeded: ran longer than its soft time "
                + "limit of 1.5s: killed by SIGTERM"
        )
        rule.retryOn = [.signal(SIGTERM)]
        let again = rule.outcome(of: status, output: Self.output(""), breach: soft)
        #expect(again == .retry(delay: nil, soft.failure(ExitRule.reason(status)), traceback: nil))
        // Who cleans up on SIGTERM and exits with 0 has succeeded.
        let done = rule.outcome(of: .exited(0), output: Self.output("1"), breach: soft)
        #expect(!done.isFailure)
    }
}
