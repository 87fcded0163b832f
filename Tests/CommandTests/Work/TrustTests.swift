import Glibc
import TestSupport
import Testing

@Suite("what somebody else may change is not run", .timeLimit(.minutes(60)))
struct TrustTests {
    /// A script that changes the folder in which `tasks/t` and `tasks/sub/t` are, and what a worker
    /// says then; `DIR` is the folder.
    struct Row: Sendable, CustomTestStringConvertible {
        let task: String
        let script: String
        let reason: String

        init(_ task: String, _ script: String, _ reason: String) {
            self.task = task
            self.script = script
            self.reason = reason
        }

        var testDescription: String { script }
    }

    private static let changeable = [
        Row("t", "chmod o+w tasks/t", "others can write DIR/tasks/t: chmod o-w it"),
        Row("t", "chmod o+w tasks", "others can write DIR/tasks: chmod o-w it"),
        Row("t", "chmod 1777 tasks", "others can write DIR/tasks: chmod o-w it"),
        Row("sub.t", "chmod o+w tasks/sub", "others can write DIR/tasks/sub: chmod o-w it"),
        Row(
            "t",
            "mkdir -m 777 open; mv tasks open; ln -s open/tasks tasks",
            "others can write DIR/open: chmod o-w it"
        ),
        Row(
            "t",
            "mv tasks/t t; ln -s ../t tasks/t",
            "DIR/tasks/t leads out of the tasks directory, to DIR/t: copy that, or name it with run"
        ),
        Row(
            "t",
            "rm tasks/t; ln -s /bin/echo tasks/t",
            "DIR/tasks/t leads out of the tasks directory, to ECHO: copy that, or name it with run"
        ),
        Row(
            "sub.t",
            "mv tasks/sub sub; ln -s ../sub tasks/sub",
            "DIR/tasks/sub/t leads out of the tasks directory, to DIR/sub/t: copy that, or name it "
                + "with run"
        ),
        Row(
            "t",
            "mkdir -m 777 tasks/_open; mv tasks/t tasks/_open; ln -s _open/t tasks/t",
            "others can write DIR/tasks/_open: chmod o-w it"
        ),
    ]

    private static let changeableByUsers = [
        Row(
            "t",
            "chown 54321 tasks/t",
            "DIR/tasks/t belongs to 54321, who may change it: chown root it"
        ),
        Row("t", "chown man tasks", "DIR/tasks belongs to man, who may change it: chown root it"),
        Row(
            "sub.t",
            "chown man tasks/sub",
            "DIR/tasks/sub belongs to man, who may change it: chown root it"
        ),
        Row(
            "t",
            "chgrp users tasks/t; chmod g+w tasks/t",
            "the group users can write DIR/tasks/t: chmod g-w it"
        ),
        Row(
            "t",
            "chgrp 54321 tasks; chmod 2775 tasks",
            "the group 54321 can write DIR/tasks: chmod g-w it"
        ),
        Row(
            "t",
            "mkdir -m 1777 open; mv tasks open; chown man open/tasks; ln -s open/tasks tasks",
            "DIR/open/tasks belongs to man, who may change it: chown root it"
        ),
    ]

    @Test(
        "a task stays on its queue, the reason is said, and --check ends with 78",
        arguments: changeable
    )
    func refused(_ row: Row) async throws {
        try await check(row)
    }

    @Test(
        "so if it belongs to another user or to a group with others in it",
        .requires(geteuid() == 0, "root, who may give a file away"),
        arguments: changeableByUsers
    )
    func refusedForOthers(_ row: Row) async throws {
        try await check(row)
    }

    private func check(_ row: Row) async throws {
        try await Workplace.with(tasks: ["t": "echo ran", "sub.t": "echo ran"]) { place in
            try await place.shell(row.script).succeeded()
            let echo = try await place.run("realpath", "/bin/echo").succeeded().lines[0]
            let reason = row.reason.replacing("DIR", with: place.path).replacing("ECHO", with: echo)
            let id = try await place.send(row.task)
            let worker = try await place.run("tq-work", "--burst")
            #expect(worker.status == .exited(78))
            #expect(worker.errors.contains("refused because \(reason)"))
            #expect(try await place.deadLetters().isEmpty)
            #expect(try await place.messages().map(\.id) == [id])
            let outcome = try await place.run("tq-work", "--check")
            #expect(outcome.status == .exited(78))
            let lines = outcome.errors.split(separator: "\n")
            #expect(lines.contains { $0.hasSuffix(" task \(row.task): refused because \(reason)") })
        }
    }

    @Test(
        "a mark that combines with a / or a . hides neither",
        arguments: ["open/\u{301}x", ".\u{301}x", "_\u{301}x", "open/\u{301}x.y"]
    )
    func combiningMarks(_ task: String) async throws {
        try await Workplace.with(tasks: ["t": "echo ran >>ran"]) { place in
            let script = """
                mkdir -m 1777 tasks/open; mkdir -p "tasks/$1"; rmdir "tasks/$1"
                cp tasks/t "tasks/$1"; mkdir -p "tasks/open/$2x"; cp tasks/t "tasks/open/$2x/y"
                """
            _ = try await place.run("sh", "-c", script, "sh", task, "\u{301}")
            let id = try await place.send(task)
            try await place.work()
            #expect(place.lines("ran").isEmpty)
            #expect(try await place.deadLetters().map(\.id) == [id])
        }
    }

    @Test(
        "what is ours alone is run, however the folder is laid out",
        arguments: [
            // With a group for each user, the umask is 002.
            "chmod -R g+w tasks",
            "mv tasks/t tasks/_real; ln -s _real tasks/t",
            "mv tasks/t tasks/sub/real; ln -s sub/../sub/real tasks/t",
            "mv tasks/t tasks/sub/real; ln -s $PWD/tasks/sub/real tasks/t",
            "mkdir releases; mv tasks releases/1; ln -s releases/1 current; ln -s current tasks",
            "mkdir -m 1777 shared; mv tasks shared; ln -s $PWD/shared/tasks tasks",
            "touch tasks/other; chmod 777 tasks/other; chmod 777 .; chmod 755 .",
        ]
    )
    func accepted(_ script: String) async throws {
        try await Workplace.with(tasks: ["t": "echo ran", "sub.t": "echo ran"]) { place in
            try await place.shell(script).succeeded()
            #expect(try await place.outcome(of: "t").output == "ran\n")
        }
    }

    @Test(
        "what is behind a link to another folder of the directory is listed, and no circle is gone round"
    )
    func listed() async throws {
        try await Workplace.with(tasks: ["t": "echo ran", "sub.t": "echo ran"]) { place in
            try await place.shell(
                "cd tasks; ln -s sub also; ln -s .. sub/up; ln -s . sub/self; ln -s ../b sub/b; "
                    + "mkdir b; ln -s ../sub b/sub"
            ).succeeded()
            let plan = try await place.run("tq-work", "--check").succeeded().lines
            #expect(
                plan.filter { $0.hasPrefix("task ") } == [
                    "task         also.t: \(place.path("tasks/also/t"))",
                    "task         b.sub.t: \(place.path("tasks/b/sub/t"))",
                    "task         sub.t: \(place.path("tasks/sub/t"))",
                    "task         t: \(place.path("tasks/t"))",
                ]
            )
            #expect(try await place.outcome(of: "also.t").output == "ran\n")
        }
    }

    @Test("a running worker looks anew for each task")
    func looksAnew() async throws {
        try await Workplace.with(tasks: ["t": "echo ran"]) { place in
            try await place.withWorker { _ in
                let first = try await place.send("t")
                #expect(try await place.result(first, "--wait").output == "ran\n")
                try await place.run("chmod", "o+w", "tasks/t").succeeded()
                let second = try await place.send("t")
                let state = try await place.result(second, "--wait", "--timeout", "0.5")
                #expect(state.status == .exited(124))
                try await place.run("chmod", "o-w", "tasks/t").succeeded()
                #expect(try await place.result(second, "--wait").output == "ran\n")
                let third = try await place.send("t")
                #expect(try await place.result(third, "--wait").output == "ran\n")
            }
        }
    }

    @Test("a tasks directory that is a link is followed anew for each task")
    func switchedLink() async throws {
        try await Workplace.with { place in
            for release in ["1", "2"] {
                let script = "#!/bin/sh\necho \(release) from $(dirname \"$0\")\n"
                try place.write(script, to: "releases/\(release)/t", mode: 0o755)
            }
            try await place.shell("ln -s releases/1 tasks").succeeded()
            try await place.withWorker { _ in
                for release in ["1", "2"] {
                    try await place.shell("ln -s releases/\(release) new; mv -T new tasks")
                        .succeeded()
                    let id = try await place.send("t")
                    #expect(
                        try await place.result(id, "--wait").output
                            == "\(release) from \(place.path("releases/\(release)"))\n"
                    )
                }
            }
        }
    }
}

// MARK: - Programs

extension TrustTests {
    @Test(
        "a program that is named by its path is refused if everybody may change it",
        arguments: [
            ("chmod o+w bin/prog", "bin/prog"),
            ("chmod o+w bin", "bin"),
            ("mv bin/prog bin/real; ln -s real bin/prog; chmod o+w bin/real", "bin/real"),
        ]
    )
    func program(_ script: String, _ path: String) async throws {
        let settings = """
            [tasks.configured]
            run = ["./prog"]
            working_directory = "bin"
            """
        try await Workplace.with(settings: settings) { place in
            try place.write("#!/bin/sh\necho ran\n", to: "bin/prog", mode: 0o755)
            try await place.shell(script).succeeded()
            let reason = "refused because others can write \(place.path(path)): chmod o-w it"
            let configured = try await place.send("configured")
            let given = try await place.send("given")
            let options = "--burst --task given -- \(place.path("bin/prog"))"
            let worker = try await place.shell("tq-work \(options)")
            #expect(worker.status == .exited(78))
            #expect(worker.errors.contains("task configured: \(reason)"))
            #expect(worker.errors.contains("task given: \(reason)"))
            #expect(try await place.messages().map(\.id) == [configured, given])
            let check = try await place.run("tq-work", "--check")
            #expect(check.status == .exited(78))
            #expect(check.errors == "tq-work: task configured: \(reason)\n")
        }
    }

    @Test(
        "it is run where only somebody who was chosen may change it",
        arguments: [
            "chmod g+w bin bin/prog", "chmod 1777 bin", "mv bin/prog real; ln -s ../real bin/prog",
            "mkdir -m 777 data",
        ]
    )
    func acceptedProgram(_ script: String) async throws {
        let settings = """
            [tasks.t]
            run = ["bin/prog"]
            working_directory = "."
            [tasks.data]
            run = ["echo", "ran"]
            working_directory = "data"
            """
        try await Workplace.with(settings: settings) { place in
            try place.write("#!/bin/sh\necho ran\n", to: "bin/prog", mode: 0o755)
            try await place.shell("\(script); mkdir -p data").succeeded()
            #expect(try await place.outcome(of: "t").output == "ran\n")
            #expect(try await place.outcome(of: "data").output == "ran\n")
        }
    }
}
