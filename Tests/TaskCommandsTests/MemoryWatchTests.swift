import Glibc
import Synchronization
import TestSupport
import Testing

@testable import TaskCommands
@testable import TaskQueue

@Suite("The memory of commands")
struct MemoryWatchTests {
    @Test("is looked at every 100 ms, and an excess told once")
    func looks() {
        let start = Instant.now
        var watch = MemoryWatch(measure: { $0 == 11 ? 500 : 50 })
        #expect(watch.nextLook == nil)
        watch.add(11, limit: 400, key: 1, start)
        watch.add(12, limit: 50, key: 2, start)
        #expect(watch.nextLook == start + .milliseconds(100))
        #expect(watch.exceeded(start + .milliseconds(99)).isEmpty)
        let found = watch.exceeded(start + .milliseconds(100))
        #expect(found.map(\.key) == [1])
        #expect(found.map(\.limit) == [400])
        #expect(found.map(\.peak) == [500])
        #expect(watch.nextLook == start + .milliseconds(200))
        #expect(watch.exceeded(start + .milliseconds(200)).isEmpty)
        watch.remove(key: 2)
        watch.remove(key: 1)
        #expect(watch.nextLook == nil)
    }

    @Test("is that of their descendants as well")
    func descendants() async throws {
        // tail(1) keeps it until sleep(1) would read.
        let line = "head -c 60000000 /dev/zero | tail -c 50000000 | sleep 60"
        let child = try await FinishedChild.run(["sh", "-c", line]) { child in
            let deadline = Instant.now + .seconds(20)
            while ProcessMemory.resident(child.id) < 50_000_000, .now < deadline { usleep(10_000) }
            #expect(ProcessMemory.resident(child.id) > 50_000_000)
            #expect(ProcessMemory.residentOfGroup(child.id) > 50_000_000)
            child.signal(SIGKILL)
        }
        #expect(child.status == .signalled(SIGKILL))
    }

    @Test("is none when they have ended")
    func ended() async throws {
        let process = Mutex<pid_t>(0)
        _ = try await FinishedChild.run(["true"]) { child in process.withLock { $0 = child.id } }
        #expect(ProcessMemory.resident(process.withLock { $0 }) == 0)
    }
}
