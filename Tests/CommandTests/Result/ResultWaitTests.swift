import TaskQueue
import TestSupport
import Testing

@Suite("tq-result --wait", .timeLimit(.minutes(60)))
struct ResultWaitTests {
    /// A task that ends when a file of its argument's name is there.
    private static let tasks = ["t": "while ! test -e \"go.$1\"; do sleep 0.01; done; echo $1"]

    @Test("waits for a task that has not even begun", arguments: Transport.allCases)
    func waits(_ transport: Transport) async throws {
        try await Workplace.with(transport, tasks: Self.tasks) { place in
            let id = try await place.send("t", "1")
            try await place.withProgram("tq-result --wait \(id)") { reader in
                try await place.withWorker { _ in
                    try place.write("", to: "go.1")
                    let status = try await reader.waitForExit()
                    #expect(status == .exited(0))
                }
                #expect(reader.outputSoFar == "1\n")
            }
        }
    }

    @Test("prints in the order of the ids, as early as that allows", arguments: Transport.allCases)
    func order(_ transport: Transport) async throws {
        try await Workplace.with(transport, tasks: Self.tasks) { place in
            let ids = try await place.shell("seq 3 | tq-send t -").succeeded().lines
            try await place.withWorker("-c 3") { _ in
                let words = ids.joined(separator: " ")
                try await place.withProgram("tq-result --wait \(words)") { reader in
                    try place.write("", to: "go.2")
                    try await place.run("tq-result", "--wait", ids[1]).succeeded()
                    #expect(reader.outputSoFar == "")
                    try place.write("", to: "go.1")
                    try await eventually { reader.outputSoFar == "1\n2\n" }
                    try place.write("", to: "go.3")
                    #expect(try await reader.waitForExit() == .exited(0))
                    #expect(reader.outputSoFar == "1\n2\n3\n")
                }
            }
        }
    }

    @Test("prints with --json as they finish", arguments: Transport.allCases)
    func finishing(_ transport: Transport) async throws {
        try await Workplace.with(transport, tasks: Self.tasks) { place in
            let ids = try await place.shell("seq 3 | tq-send t -").succeeded().lines
            try await place.withWorker("-c 3") { _ in
                let words = ids.joined(separator: " ")
                try await place.withProgram("tq-result --wait --json \(words)") { reader in
                    for (count, number) in [2, 3, 1].enumerated() {
                        try place.write("", to: "go.\(number)")
                        try await eventually {
                            reader.outputSoFar.filter { $0 == "\n" }.count == count + 1
                        }
                    }
                    #expect(try await reader.waitForExit() == .exited(0))
                    let results = try reader.outputSoFar.split(separator: "\n").map { line in
                        try JSONText(line.utf8)[key: "result"]?.integer
                    }
                    #expect(results == [2, 3, 1])
                }
            }
        }
    }

    @Test("gives up after --timeout with 124", arguments: Transport.allCases)
    func timeout(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            let ids = [try await place.send("--id", "x", "t"), try await place.send("t")]
            let one = try await place.result("x", "--wait", "--timeout", "0.2")
            #expect(one.status == .exited(124) && one.output == "")
            #expect(
                one.errors
                    == "tq-result: task x has not finished in 200ms: --timeout sets the time\n"
            )
            let words = ids.joined(separator: " ")
            let two = try await place.shell("tq-result -w --timeout 200ms \(words)")
            #expect(two.status == .exited(124))
            #expect(two.errors.contains("2 tasks have not finished in 200ms"))
        }
    }

    @Test("does not wait for what can never come", arguments: Transport.allCases)
    func never(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            let id = try await place.send("t")
            try await place.work("--", "true")
            try await place.run("tq-result", "--forget", id).succeeded()
            #expect(try await place.result(id, "--wait").status == .exited(4))
        }
    }
}
