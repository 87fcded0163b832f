import TaskQueue
import TestSupport
import Testing

@Suite("a stream command that misbehaves", .timeLimit(.minutes(60)))
struct MisbehavingStreamTests {
    /// What `tq-result --json` has of tasks with the arguments 0, 1, …, run one at a time by this script
    /// for sh.
    private func records(of script: String, tasks: Int) async throws -> [JSONText] {
        let settings = """
            [tasks.t]
            run = ["sh", "stream"]
            stream = true
            """
        return try await Workplace.with(settings: settings) { place in
            try place.write(script, to: "stream")
            try await place.shell("seq 0 \(tasks - 1) | tq-send t - >ids").succeeded()
            try await place.work("--prefetch", "0")
            return try await place.shell("tq-result --json - <ids").lines.map { line in
                try JSONText(line.utf8)
            }
        }
    }

    private func message(_ record: JSONText) -> String? {
        record[key: "error"]?[key: "message"]?.elements?.first?.string
    }

    /// Reads a task, and leaves its argument in `$n`.
    private static let reading = #"read line && n=${line#*\"args\":[} && n=${n%%]*}"#

    @Test("with a greeting fails its first task, and gives none the answer of another")
    func greeting() async throws {
        let records = try await records(
            of: "echo Welcome!; while \(Self.reading); do echo $n; done",
            tasks: 4
        )
        for record in records {
            #expect(message(record) == "answered with a line that is not JSON: Welcome!")
        }
        #expect(records.count == 4)
    }

    @Test("with two lines for a task is started again, and none gets the answer of another")
    func twoAnswers() async throws {
        let records = try await records(
            of: #"while \#(Self.reading); do printf '%s\n%s\n' $n $n; done"#,
            tasks: 8
        )
        #expect(records.map { $0[key: "result"]?.integer } == Array(0..<8))
    }

    @Test("with answers on several lines fails the task, and none gets a part of another's")
    func longAnswers() async throws {
        let records = try await records(
            of: #"while \#(Self.reading); do printf '{\n"n":\n%s\n}\n' $n; done"#,
            tasks: 4
        )
        for record in records {
            #expect(message(record) == "answered with a line that is not JSON: {")
        }
        #expect(records.count == 4)
    }

    @Test("and dies in the middle fails one task, and the others are run by the next")
    func death() async throws {
        let records = try await records(
            of: "while \(Self.reading); do [ $n != 2 ] || kill -SEGV $$; echo $n; done",
            tasks: 6
        )
        #expect(records.map { $0[key: "result"]?.integer } == [0, 1, nil, 3, 4, 5])
        #expect(
            message(records[2])
                == "the stream command ended before it answered: killed by SIGSEGV"
        )
    }

    @Test("and closes stdin or stdout after a task fails the next, and the others are run")
    func closing() async throws {
        for (stream, closing) in [("stdin", "<&-"), ("stdout", ">&-")] {
            let script = """
                while \(Self.reading); do
                    echo $n
                    [ $n != 2 ] || { exec \(closing); exec sleep 1000; }
                done
                """
            let records = try await records(of: script, tasks: 6)
            let results = records.map { $0[key: "result"]?.integer }
            #expect([[0, 1, 2, nil, 4, 5], [0, 1, 2, 3, 4, 5]].contains(results), "\(stream)")
            for record in records where record[key: "state"]?.string == "FAILURE" {
                let reason = "the stream command closed its \(stream) before it answered"
                #expect(message(record) == reason)
            }
        }
    }

    @Test("and dies at its start fails its tasks, with a longer pause before each")
    func dying() async throws {
        let records = try await records(of: "exit 3", tasks: 4)
        for record in records {
            #expect(
                message(record) == "the stream command ended before it answered: exit status 3"
            )
        }
        let ends = records.compactMap { record in
            record[key: "date_done"]?.string.flatMap { Timestamp(iso8601: $0) }
        }
        let (first, last) = (try #require(ends.min()), try #require(ends.max()))
        #expect(ends.count == 4)
        // 100, 200 and 400 ms.
        #expect(last - first >= .milliseconds(700))
    }
}
