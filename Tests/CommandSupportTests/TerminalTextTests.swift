import Testing

@testable import CommandSupport

@Suite("text that has to fit into a terminal")
struct TerminalTextTests {
    @Test(
        "keeps what there is room for",
        arguments: [
            ("", 0, ""), ("abc", 0, ""), ("abc", 1, "…"), ("abc", 2, "a…"), ("abc", 3, "abc"),
            ("é\u{301}x", 2, "é\u{301}x"), ("日本語", 6, "日本語"), ("日本語", 5, "日本…"),
            ("日本語", 4, "日…"), ("日本語", 2, "…"), ("👩‍🚀ab", 4, "👩‍🚀ab"), ("👩‍🚀ab", 3, "👩‍🚀…"),
            ("⚡x", 2, "…"), ("✔\u{FE0F}x", 3, "✔\u{FE0F}x"), ("가나", 3, "가…"),
        ] as [(String, Int, String)]
    )
    func prefix(text: String, columns: Int, expected: String) {
        #expect(TerminalText.prefix(text, columns) == expected)
    }
}
