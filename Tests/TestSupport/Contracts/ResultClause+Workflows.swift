import TaskQueue
import Testing

extension ResultClause {
    /// How chords are counted where the broker does not hold the results.
    static let workflows = [
        ResultClause("a chord names all that have reported, in their order, until it is closed") {
            store in
            let counting = try #require(try store.results().workflowStore)
            try counting.start([ChordStart(group: "chord", size: 3)])
            #expect(try counting.count([.sample(2)]) == [nil])
            #expect(try counting.count([.sample(2), .sample(0)]) == [nil, nil])
            let all = [0, 1, 2].map { ChordMember(.sample($0)) }
            #expect(try counting.count([.sample(1)]) == [all])
            // A step that was taken before.
            #expect(try store.results().workflowStore?.count([.sample(1)]) == [all])
            try counting.close(["chord"])
            #expect(try counting.count([.sample(1), .sample(3)]) == [nil, nil])
        },
        ResultClause("what reports before a chord begins counts") { store in
            let counting = try #require(try store.results().workflowStore)
            #expect(try counting.count([.sample(0)]) == [nil])
            try counting.start([ChordStart(group: "chord", size: 2)])
            #expect(try counting.count([.sample(1)])[0]?.count == 2)
        },
        ResultClause("a chord that was closed can begin again") { store in
            let counting = try #require(try store.results().workflowStore)
            try counting.start([ChordStart(group: "chord", size: 1)])
            #expect(try counting.count([.sample(0)])[0] != nil)
            try counting.close(["chord"])
            try counting.start([ChordStart(group: "chord", size: 2)])
            #expect(try counting.count([.sample(0)]) == [nil])
            #expect(try counting.count([.sample(1)])[0]?.count == 2)
        },
        ResultClause("a group is found with its tasks in their order") { store in
            let keeping = try #require(try store.results().workflowStore)
            #expect(try keeping.members(of: "group") == nil)
            let ids = ["2", "1", "a \"3\""].map { TaskID($0) }
            try keeping.keep(ids, of: "group")
            #expect(try store.results().workflowStore?.members(of: "group") == ids)
            #expect(try keeping.members(of: "other") == nil)
        },
        ResultClause("an id that was promised with one that is sent after it is pending") { store in
            let keeping = try #require(try store.results().workflowStore)
            var source = TaskIDSource()
            let (promised, sent) = (source.next(), source.next())
            try keeping.promise([promised, TaskID("nightly")])
            try store.broker().send([.sample(id: sent)])
            #expect(
                try store.results().fetch([promised, TaskID("nightly")]) == [.pending, .pending]
            )
        },
        ResultClause("a task without a place comes after those that have one") { store in
            let counting = try #require(try store.results().workflowStore)
            try counting.start([ChordStart(group: "chord", size: 2)])
            #expect(try counting.count([.sample(7, hasPlace: false)]) == [nil])
            let members = try counting.count([.sample(8)])[0]
            #expect(members?.map(\.value.integer) == [8, 7])
        },
    ]
}

extension ChordReport {
    fileprivate static func sample(_ index: Int, hasPlace: Bool = true) -> ChordReport {
        ChordReport(
            group: "chord",
            task: TaskID("task-\(index)"),
            index: hasPlace ? index : nil,
            state: .success,
            value: .number(index)
        ) { _ in Sequel() }
    }
}

extension ChordMember {
    fileprivate init(_ report: ChordReport) {
        self.init(task: report.task, state: report.state, value: report.value)
    }
}
