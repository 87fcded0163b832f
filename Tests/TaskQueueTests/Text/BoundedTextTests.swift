import Testing

@testable import TaskQueue

@Suite("Text within bounds")
struct BoundedTextTests {
    @Test(
        "keeps its beginning and its end",
        arguments: [
            ([], nil),
            (["\n", "\r\n"], nil),
            (["a\n"], "a"),
            (["0123456789", "0123456789\n"], "01234567890123456789"),
            // Eight and sixteen bytes are kept, and lines are left whole.
            (
                ["one\ntwo\n", "left out\n", "three\n", "four\nfive\nsix\n"],
                "one\ntwo\n[… 15 bytes left out …]\nfour\nfive\nsix"
            ),
            (
                ["one\ntw", "o left\n", "five\nsix\nseven\n"],
                "one\n[… 9 bytes left out …]\nfive\nsix\nseven"
            ),
            // Characters, where there are no lines.
            (
                ["1234567ü", "1234567890123456"],
                "1234567\n[… 2 bytes left out …]\n1234567890123456"
            ),
            (
                ["12345678", "ü", "234567890123456"],
                "12345678\n[… 2 bytes left out …]\n234567890123456"
            ),
        ] as [([String], String?)]
    )
    func bounds(_ parts: [String], _ expected: String?) {
        var text = BoundedText(head: 8, tail: 16)
        for part in parts { Array(part.utf8).withUnsafeBytes { text.append($0) } }
        #expect(text.text == expected)
        // The same, byte by byte.
        var bytewise = BoundedText(head: 8, tail: 16)
        for byte in parts.joined().utf8 { [byte].withUnsafeBytes { bytewise.append($0) } }
        #expect(bytewise.text == expected)
    }
}
