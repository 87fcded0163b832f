import Testing

@testable import TaskQueue

@Suite("digests and the ids made of them")
struct SHA1Tests {
    @Test(
        "are those of RFC 3174, whatever the length",
        arguments: [
            ("", "da39a3ee5e6b4b0d"), ("abc", "a9993e364706816a"),
            ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "84983e441c3bd26e"),
            (String(repeating: "a", count: 55), "c1c8bbdc22796e28"),
            (String(repeating: "a", count: 64), "0098ba824b5c1642"),
            (String(repeating: "a", count: 1_000), "291e9a6c66994949"),
        ]
    )
    func digests(text: String, digits: String) {
        #expect(SHA1.shortText(text) == digits)
    }

    @Test("are UUIDs of version 5 as Python makes them")
    func version5() {
        let dns = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
        let python = UUIDText.version5(namespace: dns, name: "python.org")
        #expect(python == "886313e1-3b8a-5372-9b90-0c9aee199e5d")
    }
}
