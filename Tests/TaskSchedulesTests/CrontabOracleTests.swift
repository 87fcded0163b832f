import Glibc
import TestSupport
import Testing

@testable import TaskQueue
@testable import TaskSchedules

/// Thousands of random lines in forty zones, against `Fixtures/crontab_oracle.py`, which looks at every
/// minute by itself.
///
/// `TQ_CRONTAB_CASES` is how many, `TQ_CRONTAB_SEED` which.
@Suite(
    "crontab lines around changes of the clocks, as Python counts them",
    .timeLimit(.minutes(60))
)
struct CrontabOracleTests {
    private static let cases = number("TQ_CRONTAB_CASES") ?? 3_000
    private static let seed =
        number("TQ_CRONTAB_SEED") ?? Int(UInt32.random(in: 0...UInt32.max))

    private static func number(_ variable: String) -> Int? {
        getenv(variable).flatMap { Int(String(cString: $0)) }
    }

    @Test("fire at the same instants")
    func agreement() async throws {
        print("crontab_oracle.py \(Self.seed) \(Self.cases)")
        let outcome = try await run(
            "python3",
            arguments: [
                SourceTree.path("Tests/TaskSchedulesTests/Fixtures/crontab_oracle.py"),
                String(Self.seed), String(Self.cases),
            ],
            timeout: .seconds(3_000)
        )
        let lines = try outcome.succeeded().lines
        try #require(lines.count > Self.cases / 2)
        var firings = 0
        for (number, line) in lines.enumerated() {
            let row = try #require(OracleRow(line), "\(line)")
            firings += row.count
            let answer = try row.ours()
            #expect(
                answer == row.answer,
                "\(line): crontab_oracle.py \(Self.seed) \(Self.cases) --show \(number)"
            )
        }
        // The lines have something to do.
        #expect(firings > Self.cases)
    }
}

/// A line of the oracle's output.
private struct OracleRow {
    private let fields: [Substring]

    init?(_ line: String) {
        fields = line.split(separator: "\t", omittingEmptySubsequences: false)
        guard fields.count == 10 else { return nil }
    }

    var count: Int { Int(fields[7]) ?? 0 }

    /// Count, checksum, and whether the line never fires.
    var answer: String { fields[7...].joined(separator: " ") }

    func ours() throws -> String {
        let semantics = try #require(CrontabSemantics(rawValue: String(fields[2])))
        guard let crontab = try crontab(semantics) else { return "0 0 never" }
        let timetable = Timetable(
            .crontab(crontab),
            in: try ZoneDatabase.system.rules(named: String(fields[1])),
            ClockChangeRule(
                gap: try #require(ClockChangeRule.Gap(rawValue: String(fields[3]))),
                overlap: try #require(ClockChangeRule.Overlap(rawValue: String(fields[4])))
            )
        )
        let firings = timetable.firings(
            after: Timestamp(wholeSeconds: try #require(Int(fields[5]))),
            through: Timestamp(wholeSeconds: try #require(Int(fields[6]))),
            limit: .max
        )
        var checksum: UInt64 = 0
        for firing in firings { checksum = checksum &* 31 &+ UInt64(firing.wholeSeconds) }
        return "\(firings.count) \(checksum) "
    }

    /// `nil` for a line that never fires.
    private func crontab(_ semantics: CrontabSemantics) throws -> Crontab? {
        do {
            return try Crontab(fields[0], semantics: semantics)
        } catch CrontabError.neverFires {
            return nil
        }
    }
}
