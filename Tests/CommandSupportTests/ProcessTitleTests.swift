import Testing

@testable import CommandSupport

@Suite("the title of a process")
struct ProcessTitleTests {
    @Test("keeps its arguments but for that, wherever the option's value stands")
    func title() {
        let url = "redis://:secret@h:1/0"
        let hidden = "redis://:***@h:1/0   "
        let before = ["tq", "-b", url, "--broker=\(url)", "-qb\(url)", "x", url + "x"]
        let after = ["tq", "-b", hidden, "--broker=\(hidden)", "-qb\(hidden)", "x", url + "x"]
        #expect(Self.title(before, hiding: [url, "redis://h"]) == after)
        for url in ["redis://h/0?passwd=se/cret", "redis:///:se@cret@h", "redis://u:secret"] {
            let shown = Self.title(["tq", "-b", url], hiding: [url])[2]
            #expect(shown.hasPrefix("redis:/") && !shown.contains("cret"))
        }
        // Not longer than it was.
        #expect(Self.title(["tq", "r://:p@h"], hiding: ["r://:p@h"]) == ["tq", "r://:***"])
    }

    private static func title(_ arguments: [String], hiding urls: [String]) -> [String] {
        let texts = arguments.map { argument in
            let bytes = argument.utf8CString
            let text = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
            for (index, byte) in bytes.enumerated() { text[index] = byte }
            return text
        }
        var vector: [UnsafeMutablePointer<CChar>?] = texts + [nil]
        defer { for text in texts { text.deallocate() } }
        vector.withUnsafeMutableBufferPointer { vector in
            guard let start = vector.baseAddress else { return }
            ProcessTitle.hidePasswords(of: urls, Int32(arguments.count), start)
        }
        return texts.map { String(cString: $0) }
    }
}
