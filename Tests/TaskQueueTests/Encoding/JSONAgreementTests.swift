import TaskQueue
import TestSupport
import Testing

@Suite("JSON as Python reads it")
struct JSONAgreementTests {
    @Test("the corpus is read to the same values, or refused")
    func corpus() async throws {
        let texts =
            JSONCorpus.good + JSONCorpus.nonFinite + JSONCorpus.bad.filter { $0.utf8.count < 1_000 }
        try await compare(texts.map { Array($0.utf8) })
    }

    @Test("so are two thousand random documents, and twelve thousand a few bytes away from them")
    func random() async throws {
        var maker = JSONMaker(seed: 8259)
        var mutation = Mutation(seed: 4627)
        var documents: [[UInt8]] = []
        for _ in 0..<2_000 {
            let document = maker.document()
            documents.append(document)
            for _ in 0..<6 { documents.append(mutation.variant(of: document)) }
        }
        try await compare(documents)
    }

    private func compare(_ documents: [[UInt8]]) async throws {
        let outcome = try await run(
            "python3",
            arguments: ["-c", JSONDump.program],
            input: Array(documents.map { Hexadecimal.text($0) + "\n" }.joined().utf8),
            timeout: .seconds(120)
        )
        let answers = try outcome.succeeded().lines
        try #require(answers.count == documents.count)
        for (document, answer) in zip(documents, answers) {
            let text = String(decoding: document, as: UTF8.self)
            #expect(ours(document) == answer, "\(text.debugDescription)")
        }
    }

    private func ours(_ document: [UInt8]) -> String {
        (try? JSONText(document, acceptsNonFinite: true)).map(JSONDump.dump) ?? "refused"
    }
}
