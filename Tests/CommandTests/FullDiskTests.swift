import Glibc
import TestSupport
import Testing

@Suite(
    "a full disk",
    .enabled(if: geteuid() == 0, "only root may mount a file system that is small"),
    .timeLimit(.minutes(60))
)
struct FullDiskTests {
    /// A file system of its own, in memory, for a database and what takes its room.
    private struct SmallDisk {
        let folder: String

        var url: String { "sqlite:\(folder)/tq.db" }

        func fill() throws {
            let file = open("\(folder)/fill", O_WRONLY | O_CREAT, 0o600)
            try #require(file >= 0)
            defer { close(file) }
            let page = [UInt8](repeating: 1, count: 4096)
            while write(file, page, page.count) > 0 {}
        }

        func makeRoom() { unlink("\(folder)/fill") }

        static func with(
            _ tasks: [String: String] = [:],
            _ body: (Workplace, SmallDisk) async throws -> Void
        ) async throws {
            try await Workplace.with(tasks: tasks) { place in
                let folder = place.path("disk")
                try #require(mkdir(folder, 0o700) == 0)
                try #require(mount("tmpfs", folder, "tmpfs", 0, "size=8m") == 0)
                defer { umount2(folder, Int32(MNT_DETACH)) }
                try await body(place, SmallDisk(folder: folder))
            }
        }
    }

    @Test("stops tq-send, which says so; what it printed is there when there is room again")
    func sending() async throws {
        try await SmallDisk.with { place, disk in
            let environment = ["TQ_BROKER_URL": disk.url]
            let command = "seq 100000 | tq-send noop - >ids"
            let outcome = try await place.shell(command, environment: environment)
            let problem = "database or disk is full: make room on the disk"
            #expect(outcome.errors.contains("cannot write \(disk.url): \(problem)"))
            #expect(outcome.status == .exited(74))
            let printed = place.lines("ids")
            #expect(!printed.isEmpty)
            let results = "tq-result --state - <ids | sort | uniq -c"
            // Their database takes all the room there is, and can be read nevertheless.
            let states = try await place.shell(results, environment: environment)
            #expect(states.output.split(separator: " ").map(String.init).last == "PENDING\n")
            #expect(states.output.contains(" \(printed.count) "))
        }
    }

    @Test("is waited out by a worker, which keeps what came out meanwhile")
    func working() async throws {
        let slow = "echo $$ >>started; while ! test -e go; do sleep 0.01; done; echo done"
        try await SmallDisk.with(["slow": slow]) { place, disk in
            let environment = ["TQ_BROKER_URL": disk.url]
            let sent = try await place.run("tq-send", "slow", environment: environment)
            let id = try #require(sent.succeeded().lines.first)
            try await place.withProgram("tq-work", environment: environment) { worker in
                try await eventually { place.lines("started").count == 1 }
                try disk.fill()
                try place.write("", to: "go")
                try await worker.waitUntilPrinted("make room on the disk: trying again in")
                disk.makeRoom()
                try await worker.waitUntilPrinted("the broker is back")
                let waiting = "tq-result --wait --timeout 20 \(id)"
                let result = try await place.shell(waiting, environment: environment)
                #expect(try result.succeeded().lines == ["done"])
            }
            #expect(place.lines("started").count == 1)
        }
    }
}
