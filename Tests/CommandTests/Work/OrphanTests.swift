import Glibc
import TaskCommands
import TestSupport
import Testing

@Suite("a worker that is the first process of a container", .timeLimit(.minutes(60)))
struct OrphanTests {
    private static let canUnshare = geteuid() == 0 && Program.isInstalled("unshare")

    @Test(
        "waits for what commands have left behind, and loses no status of theirs",
        .enabled(if: canUnshare, "only root may make a namespace of processes")
    )
    func orphans() async throws {
        let script = "setsid sh -c 'sleep 0.1' >/dev/null 2>&1 </dev/null 3>&- & exit $1"
        try await Workplace.with(tasks: ["d": script]) { place in
            var ids: [String] = []
            for _ in 1...5 {
                ids.append(try await place.send("d", "0"))
                ids.append(try await place.send("d", "3"))
            }
            try await place.withProgram("unshare -pf --kill-child tq-work -c 2") { unshare in
                let last = try #require(ids.last)
                try await eventually { try await place.result(last).status != .exited(3) }
                for (index, id) in ids.enumerated() {
                    let outcome = try await place.result(id)
                    #expect(outcome.status == .exited(index % 2 == 0 ? 0 : 1))
                    #expect(index % 2 == 0 || outcome.errors.contains("exit status 3"))
                }
                let all = RunningProcess.all()
                let worker = try #require(all.first { $0.parent == unshare.processID })
                #expect(worker.name == "tq-work")
                try await eventually {
                    !RunningProcess.all().contains { $0.parent == worker.id && $0.isZombie }
                }
            }
        }
    }
}
