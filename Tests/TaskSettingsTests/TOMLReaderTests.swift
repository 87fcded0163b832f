import Testing

@testable import TaskQueue
@testable import TaskSettings

@Suite("TOML")
struct TOMLReaderTests {
    @Test("knows the line of each key and value, and keeps their order")
    func lines() throws {
        let table = try read(
            """
            # comment
            b = 1
            a = '''
            two lines'''

            [t.u]
            x = [
                1,
                2
            ]
            y = { z = 3 }
            """
        )
        #expect(table.entries.map(\.key) == ["b", "a", "t"])
        #expect(table.entries.map(\.line) == [2, 3, 6])
        guard case .table(let outer) = table["t"]?.content,
            case .table(let inner) = outer["u"]?.content,
            case .array(let elements) = inner["x"]?.content
        else {
            Issue.record("the tables are not there")
            return
        }
        #expect(inner.entries.map(\.line) == [7, 11])
        #expect(elements.map(\.line) == [8, 9])
    }

    @Test(
        "says where and why it refuses",
        arguments: [
            ("a = 1\na = 2", 2, 1, "\"a\" is set twice, first on line 1"),
            ("[a]\n[b]\n[a]", 3, 2, "\"a\" is defined twice, first on line 1"),
            (
                "a = {}\n[a.b]", 2, 2,
                "nothing can be added to \"a\", which is complete since line 1"
            ),
            ("a = 1\n[[a]]", 2, 3, "\"a\" is not an array of tables, see line 1"),
            ("a = word", 1, 5, "\"word\" is not a value: a text needs quotes"),
            ("a =", 1, 4, "expected a value"),
            ("a 1", 1, 3, "expected \"=\" after the key"),
            ("é = 1", 1, 1, "expected a key: letters, digits, _ and -, or a text in quotes"),
            ("a = 'é' x", 1, 9, "expected the end of the line"),
            ("a = {é = 1}", 1, 6, "expected a key: letters, digits, _ and -, or a text in quotes"),
            ("a = {'é' = 1, b = 2, 'b' = 3}", 1, 22, "\"b\" is set twice, first on line 1"),
            ("\n\na = \"x", 3, 7, "the string is not closed"),
            ("a = \"x\n\"", 1, 7, "the string is not closed on its line"),
            ("[a", 1, 3, "expected ] after the table's name"),
            ("a = [1 2]", 1, 8, "expected \",\" or \"]\" in the array"),
            (
                "a = 9223372036854775808", 1, 5,
                "\"9223372036854775808\" is not a value: a text needs quotes"
            ),
        ] as [(String, Int, Int, String)]
    )
    func refuses(text: String, line: Int, column: Int, reason: String) {
        #expect(throws: TOMLError(line: line, column: column, reason: reason)) {
            try read(text)
        }
    }

    @Test("refuses bytes that are not UTF-8 where they stand")
    func encoding() {
        #expect(throws: TOMLError(line: 2, column: 6, reason: "this is not UTF-8")) {
            try TOMLReader.read(Array("a = 1\nb = '".utf8) + [0xC3, 0x28])
        }
    }

    @Test("takes a byte order mark")
    func byteOrderMark() throws {
        let table = try read("\u{FEFF}a = 1")
        #expect(table.entries.map(\.key) == ["a"])
    }

    @Test(
        "refuses what would exhaust the stack",
        arguments: [
            "a = " + String(repeating: "[", count: 1_000_000),
            "a = " + String(repeating: "{a=", count: 1_000_000),
            String(repeating: "a.", count: 1_000_000) + "a = 1",
            "[" + String(repeating: "a.", count: 1_000_000) + "a]",
        ]
    )
    func depth(text: String) {
        #expect(throws: TOMLError.self) { try read(text) }
    }

    @Test("takes sixty-four levels")
    func depthThatIsTaken() throws {
        let text = "a = " + String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(try read(text).entries.count == 1)
    }

    @Test("keeps apart keys that only look the same")
    func composition() throws {
        let table = try read("\"\u{E9}\" = 1\n\"e\u{301}\" = 2")
        #expect(table.entries.count == 2)
    }

    @discardableResult
    private func read(_ text: String) throws(TOMLError) -> TOMLTable {
        try TOMLReader.read(Array(text.utf8))
    }
}
