import Testing

@testable import TaskQueue

@Suite("The place in a trace")
struct TraceParentTests {
    private static let ids = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7"

    @Test(
        "becomes a header",
        arguments: ["00-\(ids)-01", "00-\(ids)-00", "cc-\(ids)-01", "cc-\(ids)-01-what-is-to-come"]
    )
    func good(_ text: String) {
        #expect(TraceParent.headers(text) == ["traceparent": text])
    }

    @Test(
        "is left out if it is none: a receiver would begin another trace all the same",
        arguments: [
            "", "00", "00-\(ids)", "00-\(ids)-01-more", "00-\(ids)-1", "00-\(ids)-0g",
            "ff-\(ids)-01",
            "0-\(ids)-01", "00-\(ids.uppercased())-01", "00-\(ids)-01\n", " 00-\(ids)-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7a-01", "cc-\(ids)-01-\n",
            "cc-\(ids)-01é",
        ]
    )
    func bad(_ text: String) {
        #expect(TraceParent.headers(text) == [:])
    }

    @Test("is left out if there is none")
    func none() {
        #expect(TraceParent.headers(nil) == [:])
    }
}
