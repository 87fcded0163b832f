import Testing

@testable import CommandSupport

@Suite("tables")
struct TextTableTests {
    private static let row = [
        "0198c1d2-7a53-7d60-9b5e-2f1c8a6f0b11", "mail.send.everybody", "celery",
        "CommandFailed: exit status 65",
    ]

    @Test(
        "take no more columns than a terminal has, and keep the first whole as long as they can",
        arguments: [
            (nil, "\(row[0])  \(row[1])  celery  \(row[3])"),
            (200, "\(row[0])  \(row[1])  celery  \(row[3])"),
            (80, "\(row[0])  mail.send.everybody  celery  CommandFaile…"),
            (70, "\(row[0])  mail.send.eve…  celery  Command…"),
            (50, "0198c1d2-7a53-7d60-9b…  mail.se…  celery  Command…"),
        ] as [(Int?, String)]
    )
    func width(_ width: Int?, _ expected: String) {
        var table = TextTable(["ID", "TASK", "QUEUE", "REASON"], width: width)
        let lines = table.lines([Self.row])
        #expect(lines.last == expected)
        if let width { #expect(lines.allSatisfy { TerminalText.width(of: $0) <= width }) }
    }
}
