import Testing

@testable import CommandSupport

@Suite("text of others")
struct SafeTextTests {
    @Test(
        "is on one line, whatever Swift takes for one character",
        arguments: [
            ("a b é☃", "a b é☃", "a b é☃"), ("a\r\nb\nc\rd\te", #"a\r\nb\nc\rd\te"#, "a  b c d e"),
            ("\u{2028}\u{2029}\u{85}", "\u{FFFD}\u{FFFD}\u{FFFD}", "\u{FFFD}\u{FFFD}\u{FFFD}"),
            ("\u{1B}[31m\u{9B}0m\u{7F}\0", "\u{FFFD}[31m\u{FFFD}0m\u{FFFD}\u{FFFD}", nil),
            ("\u{202E}a\u{2066}b\u{200F}\u{61C}", "\u{FFFD}a\u{FFFD}b\u{FFFD}\u{FFFD}", nil),
            ("\u{0B}\u{0C}\u{1C}\u{1D}\u{1E}", String(repeating: "\u{FFFD}", count: 5), nil),
        ] as [(String, String, String?)]
    )
    func oneLine(text: String, line: String, cell: String?) {
        #expect(SafeText.line(text) == line)
        #expect(SafeText.cell(text) == cell ?? line)
        var table = TextTable(["TITLE"])
        #expect(table.lines([[text]]).count == 2)
    }

    @Test("keeps its own lines and tabs where it may have several")
    func lines() {
        #expect(SafeText.lines("a\n\tb\r\nc\u{202E}") == "a\n\tb\u{FFFD}\nc\u{FFFD}")
    }
}
