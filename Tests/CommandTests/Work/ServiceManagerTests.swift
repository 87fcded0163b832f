import Glibc
import TestSupport
import Testing

@Suite("a worker under a service manager", .timeLimit(.minutes(60)))
struct ServiceManagerTests {
    /// Waits until a message with this text has come.
    private func await(
        _ text: String,
        from listener: NotifyListener,
        timeout: Duration = .seconds(60)
    ) async throws {
        try await eventually(timeout: timeout) {
            listener.messages().contains { $0.split(separator: "\n").contains { $0 == text } }
        }
    }

    @Test(
        "says when it is ready, reads its settings again, and stops",
        arguments: Transport.allCases,
        [false, true]
    )
    func life(_ transport: Transport, _ isAbstract: Bool) async throws {
        try await Workplace.with(transport, tasks: ["t": "true"]) { place in
            let address = isAbstract ? "@tq-\(getpid())-\(transport)" : place.path("socket")
            let listener = try NotifyListener(address)
            try await place.withProgram("tq-work", environment: ["NOTIFY_SOCKET": address]) {
                worker in
                try await self.await("READY=1", from: listener)
                worker.signal(SIGHUP)
                var messages: [String] = []
                try await eventually {
                    messages += listener.messages()
                    return messages.count == 2
                }
                #expect(messages[0].wholeMatch(of: /RELOADING=1\nMONOTONIC_USEC=\d+/) != nil)
                #expect(messages[1] == "READY=1")
                worker.signal(SIGTERM)
                try await self.await("STOPPING=1", from: listener)
                #expect(try await worker.waitForExit() == .exited(0))
            }
        }
    }

    @Test("does not wait for a manager that does not read")
    func silentManager() async throws {
        try await Workplace.with(tasks: ["t": "true"]) { place in
            let listener = try NotifyListener(place.path("socket"))
            listener.fill()
            let environment = ["NOTIFY_SOCKET": place.path("socket"), "WATCHDOG_USEC": "200000"]
            let id = try await place.send("t")
            try await place.withProgram("tq-work", environment: environment) { worker in
                let result = try await place.result(id, "--wait", "--timeout", "20")
                #expect(result.status == .exited(0))
                worker.signal(SIGTERM)
                #expect(try await worker.waitForExit() == .exited(0))
            }
        }
    }

    @Test("keeps the manager's socket from its commands, and needs nobody to listen")
    func environment() async throws {
        try await Workplace.with(tasks: ["t": "env"]) { place in
            let id = try await place.send("t")
            let environment = [
                "NOTIFY_SOCKET": place.path("nobody"), "WATCHDOG_USEC": "100000",
                "WATCHDOG_PID": "1",
            ]
            try await place.run("tq-work", "--burst", environment: environment).succeeded()
            let variables = try await place.result(id).succeeded().output
            #expect(variables.contains("TQ_TASK=t\n"))
            #expect(!variables.contains("NOTIFY_SOCKET") && !variables.contains("WATCHDOG_"))
        }
    }

    @Test("feeds the watchdog, until its broker is gone")
    func watchdog() async throws {
        try await Workplace.with(.redis, tasks: ["t": "true"]) { place in
            let listener = try NotifyListener(place.path("socket"))
            let environment = ["NOTIFY_SOCKET": place.path("socket"), "WATCHDOG_USEC": "200000"]
            try await place.withProgram("tq-work", environment: environment) { worker in
                for _ in 1...5 { try await self.await("WATCHDOG=1", from: listener) }
                await place.redis?.kill()
                try await worker.waitUntilPrinted("trying again in")
                // One may have been under way.
                _ = listener.messages()
                try await Task.sleep(for: .seconds(1))
                #expect(!listener.messages().contains("WATCHDOG=1"))
                try await place.redis?.start()
                try await self.await("WATCHDOG=1", from: listener)
                #expect(worker.status == nil)
            }
        }
    }

    @Test("does not feed another process's watchdog")
    func foreign() async throws {
        try await Workplace.with(tasks: ["t": "true"]) { place in
            let listener = try NotifyListener(place.path("socket"))
            let environment = [
                "NOTIFY_SOCKET": place.path("socket"), "WATCHDOG_USEC": "50000",
                "WATCHDOG_PID": "1",
            ]
            try await place.run("tq-work", "--max-time", "1", environment: environment).succeeded()
            #expect(listener.messages() == ["READY=1", "STOPPING=1"])
        }
    }
}
