import TestSupport
import Testing

@Suite("what is no task of the tasks directory", .timeLimit(.minutes(60)))
struct TasksDirectoryTests {
    @Test("a name that leads out of it, a hidden file, one that is not executable, a folder")
    func noTask() async throws {
        let script = "echo ran"
        let tasks = ["good": script, "_private": script, "sub._own": script, "sub.good": script]
        try await Workplace.with(tasks: tasks) { place in
            try place.write("#!/bin/sh\n\(script)\n", to: "tasks/plain")
            try place.write("#!/bin/sh\n\(script)\n", to: "tasks/.hidden", mode: 0o755)
            try place.write("#!/bin/sh\n\(script)\n", to: "tasks/with.dot", mode: 0o755)
            try place.write("#!/bin/sh\n\(script)\n", to: "outside", mode: 0o755)
            let names = [
                "plain", "_private", "sub._own", ".hidden", "with.dot", "sub", "../outside",
                "tasks/good", "sub/good", "..outside", "sub..good", "good.", ".good",
                place.path("outside"),
            ]
            for name in names {
                try await place.run("tq-send", "--id", name, "--", name).succeeded()
            }
            _ = try await place.send("--id", "good", "good")
            _ = try await place.send("--id", "sub.good", "sub.good")
            try await place.work()
            for name in names {
                let outcome = try await place.result(name)
                #expect(outcome.status == .exited(1), "\(name)")
                #expect(outcome.errors.contains("NotRegistered: \(name)"), "\(name)")
            }
            #expect(try await place.deadLetters().map(\.task) == names)
            #expect(try await place.result("good").output == "ran\n")
            #expect(try await place.result("sub.good").output == "ran\n")
            let plan = try await place.run("tq-work", "--check").succeeded().lines
            #expect(
                plan.filter { $0.hasPrefix("task ") } == [
                    "task         good: \(place.path("tasks/good"))",
                    "task         sub.good: \(place.path("tasks/sub/good"))",
                ]
            )
        }
    }

    @Test("a file that others can write, or in a folder that they may write, is not run")
    func writableByOthers() async throws {
        try await Workplace.with(tasks: ["good": "echo ran", "open.file": "echo ran"]) { place in
            try place.write("#!/bin/sh\necho ran\n", to: "tasks/mine", mode: 0o757)
            try await place.run("chmod", "o+w", "tasks/open").succeeded()
            for name in ["mine", "open.file", "good"] {
                try await place.run("tq-send", "--id", name, name).succeeded()
            }
            let worker = try await place.run("tq-work", "--burst", "-c", "1")
            #expect(worker.status == .exited(78))
            let mine = "refused because others can write \(place.path("tasks/mine")): chmod o-w it"
            let open = "refused because others can write \(place.path("tasks/open")): chmod o-w it"
            #expect(worker.errors.contains(mine) && worker.errors.contains(open))
            #expect(try await place.result("good").output == "ran\n")
            #expect(try await place.deadLetters().isEmpty)
            #expect(try await place.messages().compactMap(\.id).sorted() == ["mine", "open.file"])
            let check = try await place.run("tq-work", "--check")
            #expect(check.status == .exited(78))
            #expect(check.errors == "tq-work: task mine: \(mine)\n    task open.file: \(open)\n")
        }
    }

    @Test("is where --tasks or tasks_dir says, from where the worker or the settings are")
    func location() async throws {
        try await Workplace.with(settings: "tasks_dir = \"mine\"") { place in
            try place.write("#!/bin/sh\necho mine\n", to: "mine/t", mode: 0o755)
            try place.write("#!/bin/sh\necho other\n", to: "other/t", mode: 0o755)
            let first = try await place.send("t")
            try await place.shell("cd /; tq-work --burst --config \(place.path("tq.toml"))")
                .succeeded()
            #expect(try await place.result(first).output == "mine\n")
            let second = try await place.send("t")
            try await place.work("--tasks", "other")
            #expect(try await place.result(second).output == "other\n")
        }
    }
}
