import Glibc
import TestSupport
import Testing

@Suite(
    "Redis behind Sentinel",
    .requires(RedisServer.isInstalled, "redis-server"),
    .timeLimit(.minutes(60))
)
struct SentinelTests {
    /// Sends tasks 1 to 300, each until it is taken, and writes down when which was.
    private static let sender = """
        for number in $(seq 300); do
            until tq-send --id "id$number" --connect-timeout 1 t "$number" >>sent 2>>failed; do
                sleep 0.1
            done
            echo "$(date +%s%N) $number" >>acknowledged
        done
        """

    @Test("is followed by a worker and by senders when the master dies, and nothing is lost")
    func failover() async throws {
        try await Sentinels.with { group in
            try await Workplace.with(tasks: ["t": "echo \"$1\" >>ran; echo \"$1\""]) { place in
                let environment = ["TQ_BROKER_URL": group.url]
                try await place.withProgram("tq-work -c 4", environment: environment) { worker in
                    try place.write(Self.sender, to: "sender")
                    let sending = "sh ./sender"
                    try await place.withProgram(sending, environment: environment) { program in
                        try await eventually(timeout: .seconds(60)) {
                            place.lines("acknowledged").count > 100
                        }
                        let killed = Self.now
                        await group.servers[0].kill()
                        let status = try await program.waitForExit(timeout: .seconds(120))
                        #expect(status == .exited(0))
                        try await Self.expectAllRan(place, except: killed)
                    }
                    // The outage was noticed, and nothing but that was the matter.
                    try await worker.waitUntilPrinted("the broker is back")
                    let results = try await place.shell(
                        "seq 201 300 | sed s/^/id/ | tq-result --wait --timeout 20 - | wc -l",
                        environment: environment
                    )
                    #expect(try results.succeeded().output == "100\n")
                }
                #expect(try await group.servers[1].cli("ROLE").hasPrefix("master"))
            }
        }
    }

    /// Replication is asynchronous: what the master acknowledged in its last second may be gone with it.
    private static func expectAllRan(_ place: Workplace, except killed: Int) async throws {
        let second = 1_000_000_000
        let certain = place.lines("acknowledged").compactMap { line -> String? in
            let words = line.split(separator: " ")
            guard words.count == 2, let time = Int(words[0]) else { return nil }
            return (killed - second...killed).contains(time) ? nil : String(words[1])
        }
        #expect(certain.count > 150)
        try await eventually(timeout: .seconds(60)) {
            Set(certain).subtracting(place.lines("ran")).isEmpty
        }
    }

    private static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    @Test("keeps what came out while another became the master, and is told that")
    func planned() async throws {
        let slow = "echo $$ >>started; while ! test -e go; do sleep 0.01; done; echo done"
        try await Sentinels.with { group in
            try await Workplace.with(tasks: ["slow": slow]) { place in
                let environment = ["TQ_BROKER_URL": group.url]
                let sent = try await place.run("tq-send", "slow", environment: environment)
                let id = try sent.succeeded().lines[0]
                try await place.withProgram("tq-work", environment: environment) { _ in
                    try await eventually { place.lines("started").count == 1 }
                    let waiting = "tq-result --wait --connect-timeout 30 \(id)"
                    try await place.withProgram(waiting, environment: environment) { reader in
                        try await eventually {
                            try await !group.servers[0].cli("PUBSUB", "CHANNELS").isEmpty
                        }
                        #expect(try await group.ask(0, "SENTINEL", "FAILOVER", "m") == ["OK"])
                        try await group.waitForMaster(group.servers[1])
                        try place.write("", to: "go")
                        #expect(try await reader.waitForExit(timeout: .seconds(40)) == .exited(0))
                        #expect(reader.outcome.output == "done\n")
                    }
                    #expect(place.lines("started").count == 1)
                }
                let role = try await group.servers[1].cli("ROLE")
                #expect(role.hasPrefix("master"))
            }
        }
    }

    @Test(
        "is left for another master by whatever runs, though the old one would go on accepting tasks"
    )
    func replaced() async throws {
        let settings = """
            [beat_schedule.tick]
            task = "tick"
            schedule = 1
            """
        let sender = """
            while ! test -e enough; do
                echo '{"task":"t","args":[1]}'
                sleep 0.1
            done | tq-send - >sent
            """
        let tasks = ["t": "echo x >>ran", "tick": "echo x >>ticks", "last": "echo out"]
        try await Sentinels.with { group in
            // The sentinels would make it a replica some ten seconds after it was replaced.
            _ = try await group.servers[0].cli(
                "ACL",
                "SETUSER",
                "default",
                "-slaveof",
                "-replicaof"
            )
            try await Workplace.with(settings: settings, tasks: tasks) { place in
                let environment = ["TQ_BROKER_URL": group.url]
                let waiting = "tq-result --wait waiting"
                try place.write(sender, to: "sender")
                let sending = "sh ./sender"
                try await place.withProgram("tq-work -c 4", environment: environment) { _ in
                    try await place.withProgram("tq-beat", environment: environment) { _ in
                        try await place.withProgram(sending, environment: environment) { sending in
                            try await place.withProgram(waiting, environment: environment) {
                                reader in
                                try await eventually {
                                    place.lines("ran").count > 3 && place.lines("ticks").count > 0
                                }
                                let asked = try await group.ask(0, "SENTINEL", "FAILOVER", "m")
                                #expect(asked == ["OK"])
                                try await group.waitForMaster(group.servers[1])
                                try await eventually {
                                    try await Self.clients(of: group.servers[0]).isEmpty
                                }
                                let count = (place.lines("ran").count, place.lines("ticks").count)
                                try await eventually {
                                    place.lines("ran").count > count.0 + 20
                                        && place.lines("ticks").count > count.1 + 2
                                }
                                let last = "tq-send --id waiting last"
                                _ = try await place.shell(last, environment: environment)
                                    .succeeded()
                                #expect(try await reader.waitForExit() == .exited(0))
                                #expect(reader.outcome.output == "out\n")
                            }
                            try place.write("", to: "enough")
                            #expect(try await sending.waitForExit() == .exited(0))
                        }
                    }
                }
                let role = try await group.servers[0].cli("ROLE")
                #expect(role.hasPrefix("master"))
            }
        }
    }

    /// Those of tq: neither the sentinels nor redis-cli itself.
    private static func clients(of server: RedisServer) async throws -> [Substring] {
        try await server.cli("CLIENT", "LIST").split(separator: "\n").filter {
            !$0.contains("name=sentinel") && !$0.contains("cmd=client")
        }
    }

    @Test("is named as Celery names it, with settings beside the URL, and commands get all of it")
    func celery() async throws {
        try await Sentinels.with(password: "s3cret") { group in
            let urls = group.ports.map { "sentinel://127.0.0.1:\($0)/1" }.joined(separator: ";")
            let settings = """
                broker_url = "\(urls)"
                [broker_transport_options]
                master_name = "m"
                sentinel_kwargs = { password = "s3cret" }
                """
            try await Workplace.with(settings: settings) { place in
                let unset = ["TQ_BROKER_URL": String?.none]
                let worked = try await place.shell(
                    "tq-send t >id && tq-work --burst -- sh -c 'echo $TQ_BROKER_URL'",
                    environment: unset
                ).succeeded()
                #expect(!worked.errors.contains("s3cret"))
                let url = try await place.shell("tq-result $(cat id)", environment: unset)
                let expected = group.url + "&sentinel_password=s3cret"
                #expect(try url.succeeded().lines == [expected])
                let direct = try await place.run("tq-send", "-b", expected, "t")
                #expect(direct.status == .exited(0))
                #expect(try await group.servers[0].cli("-n", "1", "LLEN", "celery") == "1")
            }
            for (url, complaint) in [
                (group.url, "it requires a password"),
                (group.url + "&sentinel_password=guess", "it does not know this user"),
            ] {
                let outcome = try await run("tq-send", "-b", url, "t")
                #expect(outcome.status == .exited(77))
                #expect(outcome.errors.contains(complaint), "\(outcome.errors)")
                #expect(!outcome.errors.contains("guess"))
            }
        }
    }

    @Test("is told what is missing: a sentinel, or a master of that name")
    func missing() async throws {
        let port = try freePort()
        let nobody = "sentinel://:s3cret@127.0.0.1:\(port)/0?master=m"
        let outcome = try await run("tq-send", "-b", nobody, "t")
        #expect(outcome.status == .exited(69))
        #expect(
            outcome.errors
                == "tq-send: cannot reach redis://127.0.0.1:\(port): Connection refused: "
                + "start the server there, or name another with --broker\n"
        )
        try await RedisServer.with { server in
            let url = "sentinel://127.0.0.1:\(server.port)/0?master=m"
            let outcome = try await run("tq-send", "-b", url, "t")
            #expect(
                outcome.status == .exited(69) && outcome.errors.contains("it is not a sentinel")
            )
        }
        for (url, complaint) in [
            ("sentinel://:s3cret@h/0", "it does not say which master"),
            ("sentinel://h1;redis://:s3cret@h2", "not a list of sentinels"),
            ("sentinel:///0?master=m&sentinel_password=s3cret", "it names no sentinel"),
        ] {
            let outcome = try await run("tq-send", "-b", url, "t")
            #expect(outcome.status == .exited(64))
            #expect(outcome.errors.contains(complaint))
            #expect(!outcome.errors.contains("s3cret"))
        }
    }
}
