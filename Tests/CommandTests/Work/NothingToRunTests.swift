import Glibc
import TestSupport
import Testing

/// Where a worker would spend all tasks for nothing.
@Suite(
    "a worker that can run nothing does not start, and leaves the queue as it is",
    .timeLimit(.minutes(60))
)
struct NothingToRunTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let options: String
        let settings: String?
        /// For the shell, in the folder.
        let script: String
        /// `DIR` is the folder.
        let reason: String

        init(_ options: String, settings: String? = nil, _ reason: String) {
            self.init(options, settings: settings, "", reason)
        }

        init(_ options: String, settings: String? = nil, _ script: String, _ reason: String) {
            self.options = options
            self.settings = settings
            self.script = script
            self.reason = reason
        }

        var testDescription: String { "\(options) \(settings ?? "") \(script)" }
    }

    private static let noFile = "No such file or directory"

    private static let rows = [
        Row(
            "",
            "there is nothing to run: DIR/tasks does not exist: put an executable there"
        ),
        Row(
            "",
            "mkdir tasks",
            "there is nothing to run: DIR/tasks has no executable in it: put an executable there"
        ),
        Row("", "mkdir tasks; touch tasks/t", "DIR/tasks/t is not executable: chmod +x it"),
        Row(
            "",
            "mkdir tasks; install -m 755 /bin/sh tasks/mail.send",
            "DIR/tasks/mail.send has a dot in its name: rename it to DIR/tasks/mail/send"
        ),
        Row("", "touch tasks", "the tasks directory DIR/tasks cannot be read: Not a directory"),
        Row("--tasks no/such", "the tasks directory DIR/no/such cannot be read: \(noFile)"),
        Row(
            "",
            settings: "tasks_dir = 'nowhere'\n[tasks.x]\nrun = 'true'",
            "the tasks directory DIR/nowhere cannot be read: \(noFile)"
        ),
        Row("-- convrt {1}", "convrt is not a program that can be run: check the name and $PATH"),
        Row("--task t -- ./no-such", "./no-such is not a program that can be run"),
        Row("-- ./plain", "touch plain", "DIR/./plain is not executable: chmod +x it"),
        Row("--stream -- no-such-program", "no-such-program is not a program that can be run"),
        Row("", settings: "[tasks.t]\nrun = ['no-such']", "task t: no-such is not a program"),
        Row(
            "",
            settings: "[tasks.t]\nrun = ['no-such']\nstream = true\n[tasks.u]\nrun = 'true'",
            "task t: no-such is not a program"
        ),
        Row(
            "",
            settings: "[tasks.t]\nrun = 'true'\nworking_directory = '/no/such'",
            "task t: the working directory /no/such cannot be entered: \(noFile)"
        ),
        Row(
            "",
            settings: "[tasks.t]\nrun = 'true'\nworking_directory = 'tq.toml'",
            "task t: the working directory DIR/tq.toml cannot be entered: Not a directory"
        ),
        Row(
            "",
            settings: "[tasks.t]\nrun = 'true'\nuser = 'no-such-user'",
            "there is no user \"no-such-user\""
        ),
        Row(
            "",
            "mkdir tasks; echo '#!/no/such' >tasks/t; chmod +x tasks/t",
            "task t: DIR/tasks/t is to be run by /no/such, which its first line names"
        ),
        Row(
            "",
            "mkdir tasks; printf '#!/bin/sh\\r\\necho\\r\\n' >tasks/t; chmod +x tasks/t",
            "task t: the first line of DIR/tasks/t ends in a carriage return (\\r)"
        ),
        Row(
            "",
            "mkdir tasks; echo '#!/usr/bin/env nosuch' >tasks/t; chmod +x tasks/t",
            "task t: DIR/tasks/t is to be run by nosuch"
        ),
        Row(
            "",
            "mkdir tasks; install -m 757 /bin/sh tasks/t",
            "task t: refused because others can write DIR/tasks/t: chmod o-w it"
        ),
    ]

    @Test("with 78, and so with --check", arguments: rows)
    func refused(_ row: Row) async throws {
        try await check(row)
    }

    @Test(
        "as it does as root on a tree of another user",
        .requires(geteuid() == 0, "root, who may give a file away")
    )
    func foreign() async throws {
        let script = "mkdir tasks; install -m 755 /bin/sh tasks/t; chown -R man tasks"
        try await check(
            Row("", script, "DIR/tasks belongs to man, who may change it: chown root it")
        )
        try await check(
            Row(
                "--tasks tasks",
                settings: "[tasks.u]\nrun = 'true'",
                script,
                "DIR/tasks belongs to man, who may change it: chown root it"
            )
        )
    }

    private func check(_ row: Row) async throws {
        try await Workplace.with(settings: row.settings) { place in
            try await place.shell("true; \(row.script)").succeeded()
            _ = try await place.shell("seq 3 | tq-send t -").succeeded()
            for mode in ["--burst -q", "--check"] {
                let outcome = try await place.shell("tq-work \(mode) \(row.options)")
                #expect(outcome.status == .exited(78), "\(mode)")
                let reason = row.reason.replacing("DIR", with: place.path)
                #expect(outcome.errors.contains(reason), "\(mode): \(outcome.errors)")
            }
            #expect(try await place.messages().count == 3)
        }
    }

    @Test("nor does a program with handlers whose folder of tasks is not there")
    func handlers() async throws {
        try await Workplace.with { place in
            let refused = try await place.run("test-handlers", "--burst", "--tasks", "no/such")
            #expect(refused.status == .exited(78))
            // Without commands, it has its handlers.
            try await place.run("test-handlers", "--burst").succeeded()
        }
    }

    @Test("but with some that it can run it does, and leaves the others where they are")
    func some() async throws {
        try await Workplace.with(tasks: ["good": "echo ran"]) { place in
            try place.write("#!/no/such/sh\n", to: "tasks/bad", mode: 0o755)
            let bad = try await place.send("bad")
            let good = try await place.send("good")
            let worker = try await place.run("tq-work", "--burst")
            #expect(worker.status == .exited(78))
            let reason = "\(place.path("tasks/bad")) is to be run by /no/such/sh"
            #expect(worker.errors.split(separator: "\n").count { $0.contains(reason) } == 2)
            #expect(worker.errors.contains("its tasks stay on their queues until that is mended"))
            #expect(
                worker.errors.contains("leaves tasks on their queues that it could not run: bad")
            )
            #expect(try await place.result(good).output == "ran\n")
            #expect(try await place.messages().map(\.id) == [bad])
            #expect(try await place.deadLetters().isEmpty)
            #expect(try await place.run("tq-work", "--check").status == .exited(78))
        }
    }

    @Test("a worker that reads settings again which it would not start with keeps the old ones")
    func reload() async throws {
        try await Workplace.with(settings: "[tasks.t]\nrun = 'echo old'") { place in
            try await place.withWorker { worker in
                try await worker.waitUntilPrinted("takes tasks")
                try place.write("[tasks.t]\nrun = ['no-such']", to: "tq.toml")
                worker.signal(SIGHUP)
                try await worker.waitUntilPrinted(
                    "the settings stay as they were: task t: no-such is not a program"
                )
                #expect(try await place.run("tq-send", "-w", "t").output == "old\n")
            }
        }
    }

    @Test("says why a task has no command, if a file looks as if it were meant")
    func hints() async throws {
        try await Workplace.with(tasks: ["good": "true"]) { place in
            try place.write("#!/bin/sh\n", to: "tasks/plain")
            try place.write("#!/bin/sh\n", to: "tasks/mail.send", mode: 0o755)
            for name in ["plain", "mail.send", "other"] { _ = try await place.send(name) }
            try await place.work()
            let folder = place.path("tasks")
            #expect(
                try await place.deadLetters().map(\.reason) == [
                    "no command is configured for the task plain: \(folder)/plain is not executable: "
                        + "chmod +x it",
                    "no command is configured for the task mail.send: \(folder)/mail.send has a dot "
                        + "in its name: rename it to \(folder)/mail/send",
                    "no command is configured for the task other",
                ]
            )
        }
    }
}
