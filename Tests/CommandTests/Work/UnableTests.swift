import Glibc
import TestSupport
import Testing

/// What is well at a worker's start, and is not while it runs.
@Suite("a task that cannot be run now goes back", .timeLimit(.minutes(60)))
struct UnableTests {
    struct Row: Sendable, CustomTestStringConvertible {
        /// For the shell, in the folder where `tasks/t` is, or `bin/prog`, which runs the task `u`.
        let script: String
        let mending: String
        var task = "t"
        /// What is said; `DIR` is the folder.
        let reason: String

        var testDescription: String { script }
    }

    private static let rows = [
        Row(
            script: "mv tasks away",
            mending: "mv away tasks",
            reason: "the tasks directory DIR/tasks cannot be read: No such file or directory"
        ),
        Row(
            script: "mv tasks/t away",
            mending: "mv away tasks/t",
            reason: "DIR/tasks/t is not there any more"
        ),
        Row(
            script: "chmod -x tasks/t",
            mending: "chmod +x tasks/t",
            reason: "DIR/tasks/t is not executable: chmod +x it"
        ),
        Row(
            script: "chmod o+w tasks/t",
            mending: "chmod o-w tasks/t",
            reason: "refused because others can write DIR/tasks/t: chmod o-w it"
        ),
        Row(
            script: "mv tasks/t away; ln -s gone tasks/t",
            mending: "mv away tasks/t",
            reason: "DIR/tasks/t is a link to something that is not there"
        ),
        Row(
            script: "cp -p tasks/t away; sed -i 1s,/bin/sh,/no/such, tasks/t",
            mending: "mv away tasks/t",
            reason: "DIR/tasks/t is to be run by /no/such, which its first line names"
        ),
        Row(
            script: "cp -p tasks/t away; sed -i '1s,.*,#!/usr/bin/env no-such,' tasks/t",
            mending: "mv away tasks/t",
            reason: "DIR/tasks/t is to be run by no-such, which its first line names"
        ),
        Row(
            script: "cp -p tasks/t away; : >tasks/t",
            mending: "mv away tasks/t",
            reason: "DIR/tasks/t is not a program and does not begin with #!"
        ),
        Row(
            script: "rm bin/prog; mkdir bin/prog",
            mending: "rmdir bin/prog; cp -p tasks/t bin/prog",
            task: "u",
            reason: "bin/prog is not a file"
        ),
        Row(
            script: "rm bin/prog",
            mending: "cp -p tasks/t bin/prog",
            task: "u",
            reason: "bin/prog is not a program that can be run"
        ),
        Row(
            script: "mv bin away",
            mending: "mv away bin",
            task: "w",
            reason: "the working directory DIR/bin cannot be entered: No such file or directory"
        ),
        Row(
            script: "mv bin away",
            mending: "mv away bin",
            task: "s",
            reason: "bin/prog is not a program that can be run"
        ),
    ]

    private static let settings = """
        [tasks.u]
        run = ["bin/prog"]
        [tasks.s]
        run = ["bin/prog", "s"]
        stream = true
        [tasks.w]
        run = 'echo ran'
        working_directory = "bin"
        """

    @Test("is not spent, which is said once, and is run when it can be", arguments: rows)
    func goesBack(_ row: Row) async throws {
        // As a stream, it answers one line.
        let script = #"if [ "$1" = s ]; then read line; echo '"ran"'; else echo ran; fi"#
        try await Workplace.with(settings: Self.settings, tasks: ["t": script]) { place in
            try await place.shell("mkdir bin; cp -p tasks/t bin/prog").succeeded()
            try await place.withWorker("-c 2 -v") { worker in
                try await worker.waitUntilPrinted("takes tasks")
                try await place.shell(row.script).succeeded()
                let ids = [try await place.send(row.task), try await place.send(row.task)]
                let reason = row.reason.replacing("DIR", with: place.path)
                try await worker.waitUntilPrinted(reason)
                // It has been looked at again.
                try await Task.sleep(for: .milliseconds(2200))
                for id in ids {
                    let state = try await place.run("tq-result", "--state", id)
                    #expect(state.output == "PENDING\n")
                }
                let said = worker.errorsSoFar.split(separator: "\n").filter { $0.contains("ERROR") }
                #expect(said.count == 1, "\(said)")
                try await place.shell(row.mending).succeeded()
                for id in ids {
                    #expect(try await place.result(id, "-w", "--timeout", "20").output == "ran\n")
                }
                try await worker.waitUntilPrinted("can run such tasks again task=\(row.task)")
            }
            #expect(try await place.deadLetters().isEmpty)
        }
    }

    @Test("while the tasks directory is replaced, on either broker", arguments: Transport.allCases)
    func deploy(_ transport: Transport) async throws {
        try await Workplace.with(transport, tasks: ["t": "echo old"]) { place in
            try await place.shell("mkdir new; sed s/old/new/ tasks/t >new/t; chmod 755 new/t")
                .succeeded()
            try await place.withWorker { worker in
                try await worker.waitUntilPrinted("takes tasks")
                try await place.shell("rm -rf tasks").succeeded()
                let id = try await place.send("t")
                try await worker.waitUntilPrinted("cannot be read")
                try await place.shell("mv new tasks").succeeded()
                #expect(try await place.result(id, "-w", "--timeout", "20").output == "new\n")
            }
        }
    }

    @Test(
        "and those of other names, and what another worker can run, are run",
        arguments: Transport.allCases
    )
    func others(_ transport: Transport) async throws {
        let tasks = ["t": "echo t", "z": "echo z"]
        try await Workplace.with(transport, tasks: tasks) { place in
            try await place.shell("cp -rp tasks whole").succeeded()
            try await place.withWorker("-c 2 -n broken@h") { broken in
                try await broken.waitUntilPrinted("takes tasks")
                try await place.shell("rm tasks/t").succeeded()
                try await place.shell("seq 40 | tq-send t - >ids").succeeded()
                try await broken.waitUntilPrinted("is not there any more")
                #expect(
                    try await place.run("tq-send", "-w", "--timeout", "10", "z").output == "z\n"
                )
                try await place.withWorker("-c 1 --tasks whole -n able@h") { _ in
                    let all = try await place.shell("tq-result -w --timeout 40 - <ids")
                    #expect(all.lines == Array(repeating: "t", count: 40))
                }
                #expect(
                    broken.errorsSoFar.split(separator: "\n").count { $0.contains("ERROR") } == 1
                )
            }
        }
    }

    @Test("a file that is being written is run a moment later")
    func busyFile() async throws {
        try await Workplace.with { place in
            try await place.shell("mkdir tasks; cp /bin/true tasks/t").succeeded()
            try await place.withWorker("-v") { worker in
                try await worker.waitUntilPrinted("takes tasks")
                try await place.withProgram("sh -c 'exec sleep 60 9>>tasks/t'") { writer in
                    let id = try await place.send("t")
                    try await worker.waitUntilPrinted("Text file busy")
                    writer.signal(SIGKILL)
                    _ = try await writer.waitForExit()
                    #expect(try await place.result(id, "-w", "--timeout", "20").output == "null\n")
                }
            }
        }
    }

    @Test("in a burst, which ends with 78 and says what it leaves", arguments: Transport.allCases)
    func burst(_ transport: Transport) async throws {
        let script = "echo ran; mv ../tasks/u ../tasks/_u 2>/dev/null; true"
        try await Workplace.with(transport, tasks: ["t": script, "u": "true"]) { place in
            let id = try await place.send("t")
            _ = try await place.shell("seq 500 | tq-send u -").succeeded()
            let worker = try await place.shell("cd tasks && tq-work --burst -q -c 1 --tasks .")
            #expect(worker.status == .exited(78))
            #expect(worker.errors.contains("u is not there any more"))
            #expect(worker.errors.contains("leaves tasks on their queues that it could not run: u"))
            #expect(worker.duration < .seconds(30))
            #expect(try await place.result(id).output == "ran\n")
            let left = try await place.messages()
            #expect(left.count == 500 && left.allSatisfy { !$0.isDelayed })
        }
    }
}
