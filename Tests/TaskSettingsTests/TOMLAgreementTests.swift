import TaskQueue
import TaskSettings
import TestSupport
import Testing

@Suite("TOML as Python reads it")
struct TOMLAgreementTests {
    @Test("the documents of the corpus are read to the same values, or refused")
    func corpus() async throws {
        let good = TOMLCorpus.good.map { Array($0.utf8) }
        let bad = TOMLCorpus.bad.map { Array($0.utf8) }
        let answers = try await pythonAnswers(to: good + bad)
        for (document, answer) in zip(good + bad, answers) {
            #expect(ours(document) == answer, "\(String(decoding: document, as: UTF8.self))")
        }
        let refused = zip(TOMLCorpus.good + TOMLCorpus.bad, answers).filter { $0.1 == "refused" }
        #expect(refused.map(\.0) == TOMLCorpus.bad)
    }

    @Test("so are thousands of documents a few bytes away from those")
    func mutations() async throws {
        var mutation = TOMLMutation()
        var documents: [[UInt8]] = []
        for document in TOMLCorpus.good + TOMLCorpus.bad {
            for _ in 0..<40 {
                documents.append(mutation.variant(of: document))
            }
        }
        let answers = try await pythonAnswers(to: documents)
        for (document, answer) in zip(documents, answers) where answer != "beyond 64 bits" {
            let text = String(decoding: document, as: UTF8.self)
            #expect(ours(document) == answer, "\(text.debugDescription)")
        }
    }

    private func ours(_ document: [UInt8]) -> String {
        do {
            return TOMLDump.dump(try TOMLReader.read(document))
        } catch {
            return "refused"
        }
    }

    /// A line for each document.
    private func pythonAnswers(to documents: [[UInt8]]) async throws -> [String] {
        let outcome = try await run(
            "python3",
            arguments: ["-c", Self.program],
            input: Array(documents.map { TOMLDump.hex($0) + "\n" }.joined().utf8)
        )
        let lines = try outcome.succeeded().lines
        try #require(lines.count == documents.count)
        return lines
    }

    private static let program = """
        import datetime, math, struct, sys, tomllib

        def dump(value):
            if isinstance(value, bool):
                return "true" if value else "false"
            if isinstance(value, int):
                if not -2**63 <= value < 2**63:
                    raise OverflowError
                return f"i{value}"
            if isinstance(value, float):
                if math.isnan(value):
                    return "fnan"
                return "f%x" % struct.unpack(">Q", struct.pack(">d", value))
            if isinstance(value, str):
                return "s" + value.encode().hex()
            if isinstance(value, list):
                return "[" + ",".join(map(dump, value)) + "]"
            if isinstance(value, dict):
                items = (key.encode().hex() + "=" + dump(item) for key, item in value.items())
                return "{" + ",".join(items) + "}"
            return "d" + value.isoformat()

        for line in sys.stdin:
            try:
                print(dump(tomllib.loads(bytes.fromhex(line).decode())))
            except OverflowError:
                print("beyond 64 bits")
            except ValueError:
                print("refused")
        """
}
