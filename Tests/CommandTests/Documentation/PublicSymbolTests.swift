import TaskQueue
import TestSupport
import Testing

@Suite("what the libraries make public", .timeLimit(.minutes(60)))
struct PublicSymbolTests {
    private func withSymbols(_ body: (TemporaryDirectory) async throws -> Void) async throws {
        try await TemporaryDirectory.with { folder in
            try await Toolchain.writeSymbols(
                of: "TaskQueueWorker",
                withThoseOf: ["TaskQueueClient"],
                into: folder.path
            )
            try await body(folder)
        }
    }

    @Test("has a doc comment, every symbol of it")
    func comments() async throws {
        try await withSymbols { folder in
            let graph = try JSONText(try folder.text("TaskQueueWorker.symbols.json").utf8)
            let symbols = try #require(graph[key: "symbols"]?.elements)
            let names = symbols.map { symbol in
                let path = symbol[key: "pathComponents"]?.elements ?? []
                return path.compactMap(\.string).joined(separator: ".")
            }
            #expect(Set(names).isSuperset(of: ["TaskProgram", "TaskQueueClient", "TaskError"]))
            let silent = zip(names, symbols).filter { $1[key: "docComment"] == nil }.map(\.0)
            #expect(silent == [])
        }
    }

    @Test("is described without a broken link, and all of it is under a topic of the first page")
    func catalogue() async throws {
        try await withSymbols { folder in
            let outcome = try await Toolchain.run(
                "docc",
                [
                    "convert", "Sources/TaskQueueWorker/Documentation.docc",
                    "--additional-symbol-graph-dir", folder.path,
                    "--output-path", folder.path("tq.doccarchive"),
                    "--fallback-display-name", "tq", "--fallback-bundle-identifier", "tq",
                    "--warnings-as-errors",
                ]
            )
            #expect(outcome.status == .exited(0), "\(outcome)")
            // What no page lists, docc puts under topics of its own.
            let page = "tq.doccarchive/data/documentation/taskqueueworker.json"
            let sections = try JSONText(try folder.text(page).utf8)[key: "topicSections"]
            let titles = sections?.elements?.compactMap { $0[key: "title"]?.string } ?? []
            let own: Set = ["Classes", "Structures", "Enumerations", "Protocols", "Functions"]
            #expect(!titles.isEmpty)
            #expect(own.intersection(titles) == [])
        }
    }
}
