import TaskQueue
import TestSupport
import Testing

@Suite("tq-result --wait --follow", .timeLimit(.minutes(60)))
struct FollowTests {
    @Test("tells of each change on standard error", arguments: Transport.allCases)
    func lines(_ transport: Transport) async throws {
        let reason = #"{"exc_type": "ValueError", "exc_message": ["not yet"], "exc_module": "m"}"#
        let steps = [
            ("STARTED", #"{"pid": 7, "hostname": "w@h"}"#, " has started on w@h"),
            ("PROGRESS", #"{"current": 3, "total": 10}"#, ": 30% (3/10)"),
            ("PROGRESS", #"{"current": 4, "total": 10, "message": "né"}"#, ": 40% (4/10) né"),
            ("RETRY", reason, " is tried again: ValueError: not yet"),
            ("UPLOADING", #"{ "to": "a  b" }"#, #": UPLOADING {"to":"a  b"}"#),
        ]
        try await Workplace.with(transport) { place in
            let id = try await place.send("--id", "x", "t")
            try await place.withProgram("tq-result --wait --follow x") { reader in
                var expected = ""
                for (state, metadata, text) in steps {
                    try await place.store(id, state: state, metadata)
                    expected += "tq-result: task x\(text)\n"
                    try await eventually { reader.errorsSoFar == expected }
                }
                try await place.finish(id, #""done""#)
                #expect(try await reader.waitForExit() == .exited(0))
                #expect(reader.outputSoFar == "done\n")
                #expect(reader.errorsSoFar == expected)
            }
        }
    }

    @Test(
        "says what there is to say, on one line that is safe for a terminal",
        arguments: [
            ("PROGRESS", #"{"current": 1, "total": 3}"#, ": 33% (1/3)"),
            ("PROGRESS", #"{"current": 29, "total": 100}"#, ": 29% (29/100)"),
            ("PROGRESS", #"{"current": 999, "total": 1000}"#, ": 99% (999/1000)"),
            ("PROGRESS", #"{"current": 2.5, "total": 10}"#, ": 25% (2.5/10)"),
            ("PROGRESS", #"{"current": 12, "total": 10}"#, ": 100% (12/10)"),
            ("PROGRESS", #"{"current": -1, "total": 10}"#, ": 0% (-1/10)"),
            ("PROGRESS", #"{"current": 1, "total": 0}"#, #": {"current":1,"total":0}"#),
            ("PROGRESS", #"{"current": "1", "total": 2}"#, #": {"current":"1","total":2}"#),
            ("PROGRESS", #"{"current": 1e400, "total": 2}"#, #": {"current":1e400,"total":2}"#),
            ("PROGRESS", #"{"current": 1e308, "total": 1e308}"#, ": 100% (1e308/1e308)"),
            ("PROGRESS", #"{"status": "reading", "n": 1}"#, ": reading"),
            ("PROGRESS", #"{"message": "", "description": "d"}"#, ": d"),
            ("PROGRESS", #"["a\\\" b", {"c d": 1.50}]"#, #": ["a\\\" b",{"c d":1.50}]"#),
            ("PROGRESS", #""half\r\n\tway""#, ": half way"),
            ("PROGRESS", #""\u001b[31mred\u0007""#, ": \u{FFFD}[31mred\u{FFFD}"),
            ("PROGRESS", "null", ": PROGRESS"),
            ("PACKING", "null", ": PACKING"),
            ("STARTED", "null", " has started"),
            ("RETRY", "null", " is tried again"),
            ("RETRY", #""later""#, " is tried again: later"),
        ]
    )
    func words(_ state: String, _ metadata: String, _ expected: String) async throws {
        try await Workplace.with { place in
            let id = try await place.send("--id", "x", "t")
            try await place.store(id, state: state, metadata)
            let outcome = try await place.shell("tq-result -wf --timeout 0.01 x")
            #expect(outcome.status == .exited(124) && outcome.output == "")
            #expect(outcome.errors.split(separator: "\n").first == "tq-result: task x\(expected)")
        }
    }

    @Test("tells of many tasks, wherever their ids come from", arguments: Transport.allCases)
    func several(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            let ids = ["a", "b"]
            let options = "--json --wait --follow -"
            try await place.withProgram("tq-result \(options)", keepsInputOpen: true) { reader in
                for id in ids {
                    _ = try await place.send("--id", id, "t")
                    reader.write("\(id)\n")
                    try await place.store(id, state: "PROGRESS", #"{"current": 1, "total": 2}"#)
                    try await eventually {
                        reader.errorsSoFar.hasSuffix("tq-result: task \(id): 50% (1/2)\n")
                    }
                }
                for id in ids.reversed() { try await place.finish(id) }
                reader.closeInput()
                #expect(try await reader.waitForExit() == .exited(0))
                #expect(reader.errorsSoFar.filter { $0 == "\n" }.count == 2)
                #expect(reader.outputSoFar.filter { $0 == "\n" }.count == 2)
            }
        }
    }

    @Test("shows nothing with --quiet, and nothing unasked", arguments: ["-wfq", "-w"])
    func quiet(_ options: String) async throws {
        try await Workplace.with { place in
            let id = try await place.send("t")
            try await place.store(id, state: "PROGRESS", #"{"current": 1, "total": 2}"#)
            let reading = "tq-result \(options) \(id)"
            try await place.withProgram(reading) { reader in
                try await place.withProgram("tq-result -wf \(id)") { other in
                    try await other.waitUntilPrinted("50%")
                    try await place.finish(id, "1")
                    #expect(try await reader.waitForExit() == .exited(0))
                }
                #expect(reader.outputSoFar == "1\n" && reader.errorsSoFar == "")
            }
        }
    }

    @Test("leaves a task in progress as it is for who does not wait", arguments: Transport.allCases)
    func lookUp(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            let id = try await place.send("t")
            try await place.store(id, state: "PROGRESS", #"{"current": 1, "total": 2}"#)
            let outcome = try await place.result(id, "--json")
            #expect(outcome.status == .exited(3) && outcome.errors == "")
            let record = try JSONText(outcome.outputBytes)
            #expect(record[key: "state"]?.string == "PROGRESS")
            #expect(record[key: "progress"]?[key: "total"]?.integer == 2)
            #expect(record[key: "result"] == .null)
        }
    }

    @Test(
        "hears of results that are not where the broker is",
        .requires(RedisServer.isInstalled, "redis-server")
    )
    func split() async throws {
        try await Workplace.with(.redis) { place in
            let environment = ["TQ_BROKER_URL": "sqlite:tasks.db", "TQ_RESULT_BACKEND": place.url]
            let reading = "tq-result --wait --follow x"
            try await place.withProgram(reading, environment: environment) { reader in
                try await place.store("x", state: "PROGRESS", #"{"current": 1, "total": 2}"#)
                try await reader.waitUntilPrinted("tq-result: task x: 50% (1/2)\n")
                try await place.finish("x", "1")
                #expect(try await reader.waitForExit() == .exited(0))
            }
        }
    }
}
