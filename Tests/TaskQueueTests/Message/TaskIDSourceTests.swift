import Testing

@testable import TaskQueue

@Suite("Ids of tasks")
struct TaskIDSourceTests {
    @Test("are UUIDs of version 7, each greater than the one before, ten thousand in a millisecond")
    func order() throws {
        var source = TaskIDSource()
        let now = Timestamp(microseconds: 1_795_000_000_123_456)
        let ids = (0..<10_000).map { _ in source.next(at: now).text }
        #expect(Set(ids).count == ids.count)
        #expect(ids == ids.sorted())
        #expect(ids[0].hasPrefix("01a1"))
        for id in ids {
            let parts = id.split(separator: "-")
            #expect(parts.map(\.count) == [8, 4, 4, 4, 12])
            #expect(parts[2].first == "7")
            #expect("89ab".contains(parts[3].first ?? " "))
            #expect(id.utf8.allSatisfy { "0123456789abcdef-".utf8.contains($0) })
        }
    }

    @Test("have the time of their making in front")
    func time() throws {
        var source = TaskIDSource()
        let millisecond: Int64 = 0x0123_4567_89AB
        let id = source.next(at: Timestamp(microseconds: millisecond * 1_000 + 999))
        #expect(id.text.hasPrefix("01234567-89ab-7000-"))
        #expect(source.next(at: .earliest).text.hasPrefix("01234567-89ab-7001-"))
        #expect(source.next(at: .latest).text.hasPrefix("e677d21f-db"))
    }

    @Test("tell who made them, when, and in which order")
    func record() throws {
        var source = TaskIDSource()
        var other = TaskIDSource()
        let now = Timestamp(microseconds: 3_600_000_000 * 500_000 + 1)
        let records = try (0..<5_000).map { _ in try #require(TaskIDParts(source.next(at: now))) }
        #expect(Set(records.map(\.node)).count == 1)
        #expect(zip(records, records.dropFirst()).allSatisfy { $0.clock < $1.clock })
        #expect(records.allSatisfy { $0.bucket == 500_000 })
        let texts = records.map(\.clockText)
        #expect(texts == texts.sorted())
        #expect(records[0].nodeText.count == 16 && texts[0].count == 15)
        #expect(try #require(TaskIDParts(other.next(at: now))).node != records[0].node)
        let first = records[0]
        #expect(
            UUIDText.version7(clock: first.clock, node: first.node).hasSuffix(
                first.nodeText.suffix(12)
            )
        )
    }

    @Test(
        "of others are known as such",
        arguments: [
            "", "my-own-id", "a453691e-60c4-46c7-afeb-b6da36bec568",
            "01234567-89AB-7000-8000-000000000000",
            "01234567-89ab-7000-c000-000000000000", "01234567-89ab-7000-7000-000000000000",
            "01234567-89ab-7000-8000-00000000000", "01234567-89ab-7000-8000-0000000000000",
            "0123456789ab-7000-8000-000000000000-", "01234567-89ab-7000-8000-00000000000g",
            "01234567x89ab-7000-8000-000000000000", "é1234567-89ab-7000-8000-00000000000",
        ]
    )
    func others(text: String) {
        #expect(TaskIDParts(TaskID(text)) == nil)
    }

    @Test("at random are of version 4")
    func random() throws {
        let texts = (0..<100).map { _ in UUIDText.random() }
        #expect(Set(texts).count == 100)
        for text in texts {
            let value = try #require(UUIDText.parse(text))
            #expect(value.high >> 12 & 15 == 4 && value.low >> 62 == 2)
        }
    }
}
