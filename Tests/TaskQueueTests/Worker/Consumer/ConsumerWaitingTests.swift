import TestSupport
import Testing

@testable import TaskQueue

@Suite("a consumer that waits")
struct ConsumerWaitingTests {
    @Test("waits without end for a broker that announces everything")
    func withoutEnd() {
        var rehearsal = Rehearsal.connected()
        rehearsal.want(1)
        #expect(rehearsal.round().last == "wait")
        rehearsal.pass(.seconds(3600))
        rehearsal.wake()
        #expect(rehearsal.round() == ["wait"])
    }

    @Test("looks again after a while at a broker that does not")
    func longestWait() {
        var rehearsal = Rehearsal.connected { $0.longestWait = .seconds(2) }
        rehearsal.want(1)
        #expect(rehearsal.round() == ["receive 1", "resume 1", "wait 2000 ms"])
        rehearsal.pass(.milliseconds(500))
        rehearsal.wake()
        #expect(rehearsal.round() == ["wait 1500 ms"])
        rehearsal.pass(.milliseconds(1500))
        rehearsal.wake()
        #expect(rehearsal.round() == ["receive 1", "resume 1", "wait 2000 ms"])
    }

    @Test("does not look at all while no task is wanted")
    func nothingWanted() {
        var rehearsal = Rehearsal.connected { $0.longestWait = .seconds(2) }
        rehearsal.nextDue = rehearsal.now.time + .seconds(1)
        rehearsal.want(1)
        _ = rehearsal.round()
        rehearsal.want(0)
        #expect(rehearsal.round() == ["suspend", "wait"])
        rehearsal.pass(.seconds(5))
        rehearsal.wake()
        #expect(rehearsal.round() == ["wait"])
    }

    @Test("a delayed task that falls due in a wait is asked for then")
    func delayed() {
        var rehearsal = Rehearsal.connected()
        rehearsal.nextDue = rehearsal.now.time + .milliseconds(300)
        rehearsal.want(1)
        #expect(rehearsal.round().last == "wait 300 ms")
        rehearsal.pass(.milliseconds(300))
        rehearsal.waiting = [.sample("a")]
        rehearsal.wake()
        #expect(rehearsal.round() == ["receive 1", "suspend", "wait"])
    }

    @Test("a task that the worker has put back itself is asked for when it is due")
    func ownDue() {
        var rehearsal = Rehearsal.connected()
        rehearsal.want(1)
        _ = rehearsal.round()
        let eta = rehearsal.now.time + .seconds(1)
        rehearsal.settle(.requeue(RequeuedTask(.sample("a"), eta: eta)))
        #expect(rehearsal.round() == ["settle 1", "wait 1000 ms"])
        rehearsal.pass(.seconds(1))
        rehearsal.wake()
        #expect(rehearsal.round() == ["receive 1", "resume 1", "wait"])
    }

    @Test("of two tasks that fall due the earlier ends the wait, whoever has put it back")
    func earlier() {
        var rehearsal = Rehearsal.connected()
        rehearsal.nextDue = rehearsal.now.time + .seconds(5)
        rehearsal.want(1)
        _ = rehearsal.round()
        for seconds in [7, 3, 4] {
            let eta = rehearsal.now.time + .seconds(seconds)
            rehearsal.settle(.requeue(RequeuedTask(.sample("a"), eta: eta)))
        }
        #expect(rehearsal.round().last == "wait 3000 ms")
    }

    @Test("a broker's clock that is behind is looked at again after a moment, not at once")
    func behind() {
        var rehearsal = Rehearsal.connected()
        rehearsal.nextDue = rehearsal.now.time
        rehearsal.want(1)
        #expect(rehearsal.round() == ["receive 1", "resume 1", "wait 10 ms"])
    }

    @Test("what fell due over the last connection is not waited for over the next")
    func newConnection() {
        var rehearsal = Rehearsal.connected()
        rehearsal.nextDue = rehearsal.now.time + .milliseconds(900)
        rehearsal.want(1)
        _ = rehearsal.round()
        rehearsal.pass(rehearsal.fail())
        rehearsal.nextDue = nil
        // Until it has lasted a second.
        #expect(rehearsal.round().last == "wait 1000 ms")
    }

    // MARK: - Signs of life

    @Test("a connection that needs signs of life gets them with all slots busy, too")
    func signs() {
        var rehearsal = Rehearsal.connected { $0.signInterval = .seconds(30) }
        for _ in 0..<3 {
            #expect(rehearsal.round() == ["wait 30000 ms"])
            rehearsal.pass(.seconds(30))
            rehearsal.wake()
            #expect(rehearsal.next() == "tend")
            _ = rehearsal.round()
        }
    }

    @Test("a sign of life comes before anything that takes long")
    func signFirst() {
        var rehearsal = Rehearsal.connected { $0.signInterval = .seconds(30) }
        rehearsal.pass(.seconds(31))
        rehearsal.wake { $0.settlements = [.finish(Delivery.sample("a").finished())] }
        rehearsal.want(1)
        #expect(rehearsal.round().prefix(3) == ["tend", "settle 1", "receive 1"])
    }

    @Test("what the broker sends is read at once, with all slots busy, too")
    func signOfBroker() {
        var rehearsal = Rehearsal.connected { $0.signInterval = .seconds(30) }
        rehearsal.pass(.seconds(10))
        rehearsal.wake(hasSign: true)
        #expect(rehearsal.round() == ["tend", "wait 30000 ms"])
    }

    @Test("of a delayed task and a sign of life the earlier ends the wait")
    func signOrTask() {
        var rehearsal = Rehearsal.connected { $0.signInterval = .seconds(30) }
        rehearsal.nextDue = rehearsal.now.time + .seconds(40)
        rehearsal.want(1)
        #expect(rehearsal.round().last == "wait 30000 ms")
        rehearsal.nextDue = rehearsal.now.time + .seconds(20)
        rehearsal.wake(hasArrived: true)
        #expect(rehearsal.round().last == "wait 20000 ms")
    }

    @Test("a connection that is gone needs no sign of life")
    func noSign() {
        var rehearsal = Rehearsal.connected { $0.signInterval = .milliseconds(1) }
        let pause = rehearsal.fail()
        rehearsal.pass(.milliseconds(10))
        #expect(rehearsal.next() == "wait \((pause.microseconds - 10_000) / 1000) ms")
    }
}
