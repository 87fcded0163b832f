import TestSupport
import Testing

/// Workers on a machine whose clock is set while they run a task for longer than leases last.
@Suite(
    "workers on a machine whose clock is set",
    .requires(FakeClock.isInstalled, "faketime"),
    .timeLimit(.minutes(60))
)
struct ClockStepTests {
    @Test("keep their tasks, which run once each", arguments: FakeClock.Jump.allCases)
    func keep(_ jump: FakeClock.Jump) async throws {
        let long = "echo $1 >>ran; while ! test -e go; do sleep 0.05; done"
        try await Workplace.with(tasks: ["long": long]) { place in
            let clock = try FakeClock(in: place, jump)
            for name in ["a", "b"] { _ = try await place.send("long", name) }
            try await clock.withProgram("tq-work -c 1 -n w1") { first in
                try await clock.withProgram("tq-work -c 1 -n w2") { second in
                    try await eventually { place.lines("ran").count == 2 }
                    // A machine does not sleep backwards.
                    for length in jump == .set ? [3_600, -7_200] : [3_600] {
                        try clock.move(by: .seconds(length))
                        // Nothing is to happen while both renew their leases, and look for dead workers.
                        try await Task.sleep(for: .seconds(6))
                    }
                    try place.write("", to: "go")
                    _ = try await place.shell("tq-send --wait long c").succeeded()
                    #expect(Set(place.lines("ran").prefix(2)) == ["a", "b"])
                    #expect(place.lines("ran").count == 3)
                    for worker in [first, second] {
                        #expect(!worker.errorsSoFar.contains("were put back"))
                    }
                }
            }
        }
    }

    @Test("delete nothing that is old by a clock which is set ahead for a moment")
    func deletions() async throws {
        try await Workplace.with(tasks: ["t": "echo done"]) { place in
            let clock = try FakeClock(in: place)
            let id = try await place.send("t")
            // Nothing runs it.
            let letter = try await place.send("nobody")
            _ = try await place.run("tq-work", "-q", "--burst").succeeded()
            try await clock.withProgram("tq-work") { _ in
                // It has opened the database by then.
                try await eventually {
                    try await !place.shell("tq-ctl workers --json").succeeded().lines.isEmpty
                }
                try clock.move(by: .seconds(40 * 86_400))
                // Workers look for what has expired as they store a result.
                _ = try await place.shell("tq-send nobody; tq-send --wait t").succeeded()
                try await eventually {
                    try await place.shell("tq-ctl dead list --json").succeeded().lines.count == 2
                }
                try clock.move(by: .seconds(-40 * 86_400))
            }
            #expect(try await place.run("tq-result", id).status == .exited(0))
            let letters = try await place.run("tq-ctl", "dead", "list", "--json").succeeded()
            #expect(letters.output.contains(letter))
        }
    }
}
