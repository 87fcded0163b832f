import TaskQueueClient
import TestSupport
import Testing

@Suite("the README's Swift program", .timeLimit(.minutes(60)))
struct ReadmeTests {
    struct Resize: TaskRequest {
        typealias Output = String
        static let taskName = "resize"

        var path: String
        var width: Int
    }

    @Test("compiles, and does what it says")
    func example() async throws {
        let tasks = ["resize": "echo made", "add": "echo $(($1 + $2))"]
        try await ClientPlace.with(tasks: tasks) { place in
            try await place.withWorker {
                let client = place.client
                let cat = Resize(path: "cat.jpg", width: 80)
                let task = try await client.send(cat, .init(priority: 3))
                let made = try await task.value(timeout: .seconds(60))
                let sum = try await client.send("add", 2, 3, returning: Int.self).value()
                #expect(made == "made")
                #expect(sum == 5)
            }
        }
    }

    @Test("is the one that is tested here")
    func isTested() throws {
        let here = try SourceTree.text("Tests/TaskQueueClientTests/ReadmeTests.swift")
        let block = try #require(
            try SourceTree.text("README.md").split(separator: "```swift\n").last
        )
        for line in block.split(separator: "\n").prefix(while: { $0 != "```" })
        where !line.contains("try TaskQueueClient()") {
            let words = line.drop { $0 == " " }
            #expect(here.contains(words), "\(words)")
        }
    }
}
