import TestSupport
import Testing

@Suite("ids on the standard input of tq-result", .timeLimit(.minutes(60)))
struct ResultInputTests {
    private static let tasks = ["t": "echo $1"]

    @Test(
        "are looked up, and printed, as they come",
        arguments: Transport.allCases,
        ["", "--wait"]
    )
    func streaming(_ transport: Transport, _ option: String) async throws {
        try await Workplace.with(transport, tasks: Self.tasks) { place in
            let ids = try await place.shell("seq 3 | tq-send t -").succeeded().lines
            try await place.work()
            try await place.withProgram("tq-result \(option) -", keepsInputOpen: true) { reader in
                for (index, id) in ids.enumerated() {
                    reader.write("\(id)\n")
                    try await eventually {
                        reader.outputSoFar.filter { $0 == "\n" }.count == index + 1
                    }
                }
                reader.closeInput()
                #expect(try await reader.waitForExit() == .exited(0))
                #expect(reader.outputSoFar == "1\n2\n3\n")
            }
        }
    }

    @Test(
        "do not keep finished tasks waiting while more may come",
        arguments: Transport.allCases,
        ["--wait", "--wait --json"]
    )
    func openInput(_ transport: Transport, _ options: String) async throws {
        try await Workplace.with(transport, tasks: Self.tasks) { place in
            try await place.withProgram("tq-result \(options) -", keepsInputOpen: true) { reader in
                for number in 1...3 {
                    reader.write(try await place.send("t", "\(number)") + "\n")
                    try await place.work()
                    try await eventually {
                        reader.outputSoFar.filter { $0 == "\n" }.count == number
                    }
                }
            }
        }
    }

    @Test("may have blanks around them, and need no newline at the end")
    func blanks() async throws {
        try await Workplace.with(tasks: Self.tasks) { place in
            let script = """
                tq-send --id a t 1; tq-send --id b t 2; tq-work -q --burst
                printf ' a \\r\\n\\n\\tb' | tq-result -
                """
            let lines = try await place.shell(script).lines
            #expect(lines == ["a", "b", "1", "2"])
        }
    }

    @Test("may be none at all")
    func empty() async throws {
        try await Workplace.with { place in
            let outcome = try await place.run("tq-result", "-")
            #expect(outcome.status == .exited(0))
            #expect(outcome.output == "" && outcome.errors == "")
        }
    }

    @Test("come from tq-send in a pipeline, many at a time", arguments: Transport.allCases)
    func pipeline(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            try await place.withWorker("-q -c 4 -- printf %s {1}") { _ in
                let script = "seq 1200 | tq-send t - | tq-result --wait -"
                let lines = try await place.shell(script).succeeded().lines
                #expect(lines == (1...1200).map(String.init))
            }
        }
    }

    @Test("stop being read when nobody reads the results")
    func closedOutput() async throws {
        try await Workplace.with(tasks: ["t": "printf '%10000s' x"]) { place in
            let script = """
                for n in $(seq 20); do echo; done | tq-send --lines t - >ids; tq-work --burst -q
                tq-result - <ids | head -c 1; echo ${PIPESTATUS[0]}
                """
            let outcome = try await place.shell(script)
            #expect(outcome.output == " 141\n" && outcome.errors == "")
        }
    }
}
