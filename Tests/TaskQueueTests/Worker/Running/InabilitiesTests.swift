import Testing

@testable import TaskQueue

@Suite("what a worker cannot run now")
struct InabilitiesTests {
    private let start = Instant.now

    private func name(_ text: String) throws -> TaskName { try #require(TaskName(text)) }

    @Test("is said once, is looked at again after a second, and is well when one has run")
    func said() throws {
        var inabilities = Inabilities(endsWithQueues: false)
        let t = try name("t")
        var looks: [Bool] = []
        func readiness(_ now: Instant, _ found: Readiness) -> Readiness {
            inabilities.readiness(of: t, now) { _, isDoubted in
                looks.append(isDoubted)
                return found
            }
        }
        #expect(readiness(start, .ready) == .ready)
        #expect(inabilities.names.isEmpty && inabilities.takeNews().isEmpty)
        #expect(readiness(start, .unable("gone")) == .unable("gone"))
        #expect(inabilities.takeNews() == [.unable(t, reason: "gone")])
        // What was found a moment ago counts.
        #expect(readiness(start + .milliseconds(900), .ready) == .unable("gone"))
        #expect(looks == [false, false])
        #expect(readiness(start + .seconds(1), .unable("gone")) == .unable("gone"))
        #expect(looks == [false, false, true])
        #expect(inabilities.takeNews().isEmpty && inabilities.names == [t])
        #expect(readiness(start + .seconds(2), .ready) == .ready)
        #expect(inabilities.names.isEmpty && inabilities.takeNews().isEmpty)
        inabilities.noteRun(t)
        #expect(inabilities.takeNews() == [.ableAgain(t)])
    }

    @Test("on trial, it may turn out to be as it was: that is no news")
    func trial() throws {
        var inabilities = Inabilities(endsWithQueues: false)
        let t = try name("t")
        inabilities.note(t, "no interpreter", start)
        _ = inabilities.takeNews()
        let later = start + .seconds(1)
        #expect(inabilities.readiness(of: t, later) { _, _ in .ready } == .ready)
        inabilities.note(t, "no interpreter", later)
        #expect(inabilities.takeNews().isEmpty)
        #expect(inabilities.readiness(of: t, later) { _, _ in .ready } == .unable("no interpreter"))
    }

    @Test("for one reason is said once for all names, and for a name that is unknown no more")
    func reasons() throws {
        var inabilities = Inabilities(endsWithQueues: false)
        let (a, b) = (try name("a"), try name("b"))
        inabilities.note(a, "the folder is gone", start)
        inabilities.note(b, "the folder is gone", start)
        #expect(inabilities.takeNews() == [.unable(a, reason: "the folder is gone")])
        inabilities.note(b, "b is gone", start)
        #expect(inabilities.takeNews() == [.unable(b, reason: "b is gone")])
        let found = inabilities.readiness(of: b, start + .seconds(1)) { _, _ in .unknown(hint: nil)
        }
        #expect(found == .unknown(hint: nil) && inabilities.names == [a])
    }

    @Test("is put back for a second, or longer the more there are, and never hotly")
    func delays() throws {
        var inabilities = Inabilities(endsWithQueues: false)
        let t = try name("t")
        inabilities.note(t, "gone", start)
        #expect(inabilities.nextChange(start) == nil)
        for _ in 1...10 { #expect(inabilities.delay(of: t, start) == .seconds(1)) }
        // When they are due, others may take them first.
        let pauses = [0, 800, 950, 1000, 1200, 1400].map { time in
            inabilities.isPausing(start + .milliseconds(time))
        }
        #expect(pauses == [false, false, true, true, true, false])
        var now = start + .seconds(10)
        for _ in 1...100 {
            while !inabilities.isPausing(now) { _ = inabilities.delay(of: t, now) }
            while inabilities.isPausing(now) { now = try #require(inabilities.nextChange(now)) }
        }
        // 200 a second at most, and not the same ones each time.
        #expect(now - start >= .seconds(109))
        #expect(inabilities.delay(of: t, now) > .seconds(20))
        now += .seconds(200)
        _ = inabilities.delay(of: t, now)
        for _ in 1...10 {
            now += .seconds(61)
            _ = inabilities.delay(of: t, now)
        }
        #expect(inabilities.delay(of: t, now) == .seconds(1))
    }

    @Test("by a worker that ends with its queues is tried for three seconds, and then left")
    func burst() throws {
        var inabilities = Inabilities(endsWithQueues: true)
        let t = try name("t")
        inabilities.note(t, "gone", start)
        #expect(inabilities.mayPass(t, start + .seconds(2)))
        #expect(inabilities.delay(of: t, start + .seconds(2)) == .seconds(1))
        #expect(!inabilities.mayPass(t, start + .seconds(3)))
        for _ in 1...1000 { _ = inabilities.delay(of: t, start + .seconds(3)) }
        #expect(inabilities.delay(of: t, start + .seconds(3)) == .seconds(60))
        #expect(inabilities.nextChange(start) == nil)
    }
}
