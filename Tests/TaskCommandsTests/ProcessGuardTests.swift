import Glibc
import TestSupport
import Testing

@testable import TaskCommands
@testable import TaskQueue

@Suite("The guard of commands")
struct ProcessGuardTests {
    @Test("kills those that are left when the worker has done with it")
    func end() async throws {
        let child = try await onThread {
            let left = try Self.startGuarded()
            // Not the end of this thread is what ends it.
            var entry = pollfd(fd: left.exit, events: Int16(POLLIN), revents: 0)
            #expect(poll(&entry, 1, 10_000) == 1)
            return left.child
        }
        #expect(try await child.waitForExit() == SIGKILL)
    }

    private static func startGuarded() throws -> (child: LeftChild, exit: Int32) {
        let guardian = try #require(ProcessGuard())
        let sleep = ["/bin/sleep", "60"]
        let child = try ChildProcess(sleep, environment: [], guardian: guardian)
        return (LeftChild(child), child.exit)
    }

    @Test("forgets those that have ended, and those that were not started")
    func slots() async throws {
        try await onThread {
            let guardian = try #require(ProcessGuard(capacity: 1))
            for _ in 0..<3 {
                let child = try ChildProcess(["/bin/true"], environment: [], guardian: guardian)
                #expect(guardian.takeSlot() == nil)
                child.waitForExit()
                #expect(child.reap().status == .exited(0))
                child.closePipes()
                #expect(throws: SpawnError.self) {
                    try ChildProcess(["/no/such"], environment: [], guardian: guardian)
                }
                let slot = try #require(guardian.takeSlot())
                #expect(slot.group.pointee == 0)
                slot.clear()
            }
        }
    }
}
