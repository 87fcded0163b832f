import TestSupport
import Testing

@Suite(
    "tq-ctl on RabbitMQ",
    .requires(RabbitServer.isInstalled, "rabbitmq-server"),
    .rabbitServer(vhosts: 4),
    .timeLimit(.minutes(60))
)
struct RabbitControlTests {
    private static let tasks = ["echo": #"echo "$1""#]
    private static let settings = """
        [task_routes]
        "other.*" = { queue = "other" }
        """

    @Test("counts what waits in the queues that are named, and those that the settings name")
    func queues() async throws {
        try await Workplace.withRabbit(vhost: "v1", tasks: Self.tasks, settings: Self.settings) {
            place in
            try await place.shell("seq 3 | tq-send echo -; tq-send other.t 1").succeeded()
            let all = try await place.run("tq-ctl", "queues")
            #expect(all.output.split(separator: "\n").count == 3)
            #expect(all.errors.contains("RabbitMQ does not list its queues"))
            let one = try await place.run("tq-ctl", "queues", "--json", "other")
            #expect(
                one.output.hasPrefix(#"{"queue":"other","waiting":1,"delayed":null,"running":0,"#)
            )
            let alone = try await place.run(
                "tq-ctl",
                "queues",
                "--json",
                "other",
                environment: ["TQ_RESULT_BACKEND": nil]
            )
            #expect(alone.output == #"{"queue":"other","waiting":1,"dead":0}"# + "\n")
        }
    }

    @Test("lists dead letters, shows them to the byte, sends them again and forgets them")
    func letters() async throws {
        try await Workplace.withRabbit(vhost: "v2", tasks: Self.tasks) { place in
            var ids: [String] = []
            for name in ["a", "b", "c"] { ids.append(try await place.send("--", name, "größe")) }
            try await place.work("-q", "--", "sh", "-c", "exit 65")
            let table = try await place.run("tq-ctl", "dead", "list").succeeded().lines
            #expect(table.count == 4)
            #expect(table[1].split(separator: " ").prefix(3) == [ids[0][...], "a", "celery"])
            #expect(table[1].contains("exit status 65"))
            let shown = try await place.run("tq-ctl", "dead", "show", ids[1]).succeeded().output
            #expect(shown.contains(#"body          [["größe"]"#))
            #expect(!shown.contains("tq_dead"))
            let queues = try await place.run("tq-ctl", "queues", "--json", "celery")
            #expect(queues.output.contains(#""waiting":0,"delayed":null,"running":0,"dead":3,"#))
            let retried = try await place.run("tq-ctl", "dead", "retry", ids[2]).succeeded()
            #expect(retried.output == ids[2] + "\n")
            try await place.work("-q", "--", "echo", "{1}")
            #expect(try await place.result(ids[2]).output == "größe\n")
            let all = try await place.run("tq-ctl", "dead", "retry", "--all").succeeded()
            #expect(all.lines == Array(ids[..<2]))
            try await place.work("-q", "--", "sh", "-c", "exit 65")
            let dropped = try await place.shell("tq-ctl dead drop --all --yes").succeeded()
            #expect(dropped.errors.contains("forgot 2 dead letters"))
            #expect(try await place.shell("tq-ctl dead list --json").succeeded().output == "")
            let unknown = try await place.run("tq-ctl", "dead", "show", ids[0])
            #expect(unknown.status == .exited(4))
        }
    }

    @Test("says of what the server has given up why that was")
    func serverDeaths() async throws {
        try await Workplace.withRabbit(vhost: "v4", tasks: Self.tasks) { place in
            let server = try #require(RabbitServer.current)
            _ = try await place.send("echo")
            // The queue of dead letters has to be there.
            try await place.work("-q", "--", "sh", "-c", "exit 65")
            let policy =
                #"{"dead-letter-exchange":"","dead-letter-routing-key":"tq.dead.celery","message-ttl":1}"#
            _ = try await server.control(
                "set_policy",
                "--vhost",
                "v4",
                "dead",
                "^celery$",
                policy
            )
            let id = try await place.send("echo", "late")
            try await eventually {
                let letters = try await place.run("tq-ctl", "dead", "list").succeeded().output
                return letters.contains(id)
                    && letters.contains("RabbitMQ has put it here: its time was over")
            }
        }
    }

    @Test("empties a queue, whose waiters learn of it, and moves its tasks to another")
    func control() async throws {
        try await Workplace.withRabbit(vhost: "v3", tasks: Self.tasks) { place in
            try await place.shell("seq 450 | tq-send echo - >ids").succeeded()
            let moved = try await place.run("tq-ctl", "move", "celery", "other")
            #expect(moved.errors.contains("moved 450 tasks from celery to other"))
            try await place.work("-Q", "other", "--max-tasks", "1")
            let delayed = try await place.run("tq-ctl", "purge", "--yes", "--delayed", "other")
            #expect(delayed.status == .exited(78))
            #expect(delayed.errors.contains("leave out --delayed"))
            let purged = try await place.run("tq-ctl", "purge", "--yes", "other")
            #expect(purged.errors.contains("removed 449 tasks from other"))
            let states = try await place.shell("tq-result --state - <ids | sort | uniq -c")
            let words = states.lines.map { $0.split(separator: " ").joined(separator: " ") }
            #expect(words == ["449 REVOKED", "1 SUCCESS"])
        }
    }
}
