import TestSupport
import Testing

@Suite("every exit status comes with its message", .timeLimit(.minutes(60)))
struct ExitStatusTests {
    /// A script, the status it ends with, and all that it writes to standard error.
    struct Row: Sendable, CustomTestStringConvertible {
        let script: String
        let status: Int32
        /// `DIR` in it is the folder that the script runs in.
        let errors: String

        var testDescription: String { "\(status): \(script)" }
    }

    /// The rows of the table in `Fixtures`; none if it cannot be read.
    private static let table: [Row] = {
        let text = try? SourceTree.text("Tests/CommandTests/Fixtures/exit-statuses.txt")
        let lines = (text ?? "").split(separator: "\n")
        return zip(lines, lines.dropFirst()).compactMap { script, answer in
            guard script.hasPrefix("$ "), let space = answer.firstIndex(of: " ") else { return nil }
            return Row(
                script: String(script.dropFirst(2)),
                status: Int32(answer[..<space]) ?? -1,
                errors: String(answer[answer.index(after: space)...])
            )
        }
    }()

    @Test("as the table has it", arguments: table)
    func row(_ row: Row) async throws {
        try await Workplace.with { place in
            let outcome = try await place.shell(row.script)
            #expect(outcome.status == .exited(row.status))
            #expect(outcome.errors == row.errors.replacing("DIR", with: place.path) + "\n")
            #expect(outcome.output == "")
        }
    }

    @Test("and the table leaves none out that needs no server")
    func complete() {
        #expect(Set(Self.table.map(\.status)) == [1, 3, 4, 5, 64, 65, 69, 74, 75, 78, 124])
    }
}
