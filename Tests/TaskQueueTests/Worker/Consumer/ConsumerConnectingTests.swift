import TestSupport
import Testing

@testable import TaskQueue

@Suite("a consumer that connects")
struct ConsumerConnectingTests {
    private static let refusal = BrokerError.unusable(url: "rehearsal:", reason: "wrong type")

    private func finish(_ id: String) -> WorkerState.Settlement {
        .finish(Delivery.sample(id).finished())
    }

    @Test("connects, leaves tasks to others until some are wanted, and says that it is there")
    func first() {
        var rehearsal = Rehearsal()
        #expect(rehearsal.round() == ["connect to celery", "suspend", "tell opened", "wait"])
    }

    @Test(
        "says that it is there after the first look only, which a full disk would not let it have"
    )
    func opened() {
        var rehearsal = Rehearsal()
        rehearsal.want(1)
        let round = rehearsal.round()
        #expect(round == ["connect to celery", "receive 1", "resume 1", "tell opened", "wait"])
    }

    @Test("tries again after a pause, and not before")
    func pauses() {
        var rehearsal = Rehearsal()
        #expect(rehearsal.next() == "connect to celery")
        let pause = rehearsal.fail()
        #expect((.milliseconds(100) ... .milliseconds(200)).contains(pause))
        #expect(rehearsal.next() == "wait \(pause.microseconds / 1000) ms")
        rehearsal.pass(pause - .milliseconds(1))
        #expect(rehearsal.next() == "wait 1 ms")
        rehearsal.pass(.milliseconds(1))
        #expect(rehearsal.next() == "connect to celery")
    }

    @Test("pauses twice as long after each failure, ten seconds at most")
    func backsOff() {
        var rehearsal = Rehearsal()
        let pauses = (0..<10).map { _ in rehearsal.fail() }
        for (count, pause) in pauses.enumerated() {
            let full = min(Duration.milliseconds(200) * (1 << count), .seconds(10))
            #expect(pause <= full && pause >= full / 2)
        }
    }

    @Test("begins with a short pause again after a connection that has lasted a second")
    func lasted() {
        var rehearsal = Rehearsal()
        for _ in 0..<8 { rehearsal.fail() }
        rehearsal.pass(.seconds(10))
        _ = rehearsal.round()
        rehearsal.pass(.milliseconds(1001))
        #expect(rehearsal.fail() <= .milliseconds(200))
    }

    @Test("goes on with long pauses after a connection that was gone at once")
    func goneAtOnce() {
        var rehearsal = Rehearsal()
        for _ in 0..<8 { rehearsal.fail() }
        rehearsal.pass(.seconds(10))
        _ = rehearsal.round()
        rehearsal.pass(.milliseconds(999))
        #expect(rehearsal.fail() >= .seconds(5))
    }

    @Test("connects again as one that was there, and says so after a second without a failure")
    func again() {
        var rehearsal = Rehearsal.connected()
        rehearsal.pass(rehearsal.fail())
        #expect(rehearsal.round() == ["connect to celery again", "suspend", "wait 1000 ms"])
        rehearsal.pass(.milliseconds(999))
        #expect(rehearsal.next() == "wait 1 ms")
        rehearsal.pass(.milliseconds(1))
        #expect(rehearsal.round() == ["tell opened", "wait"])
    }

    @Test("does not say that it is there again over connections that are gone at once")
    func neverGood() {
        var rehearsal = Rehearsal.connected()
        for _ in 0..<4 {
            rehearsal.pass(rehearsal.fail())
            #expect(!rehearsal.round().contains("tell opened"))
        }
    }

    @Test("asks for tasks again over a new connection, though the queues were empty before")
    func looksAgain() {
        var rehearsal = Rehearsal.connected()
        rehearsal.want(2)
        #expect(rehearsal.round() == ["receive 2", "resume 2", "wait"])
        rehearsal.pass(rehearsal.fail())
        #expect(rehearsal.round().contains("receive 2"))
    }

    @Test("what was to be written when the connection was lost is written first over the next")
    func outcomesInHand() {
        var rehearsal = Rehearsal.connected()
        rehearsal.wake { $0.settlements = [finish("a"), finish("b")] }
        rehearsal.want(1)
        rehearsal.pass(rehearsal.fail())
        let round = rehearsal.round()
        #expect(round.prefix(3) == ["connect to celery again", "settle 2", "receive 1"])
        #expect(rehearsal.settled == 2)
    }

    @Test("outcomes that come while there is no connection wait for one, and make none sooner")
    func outcomesMeanwhile() {
        var rehearsal = Rehearsal.connected()
        let pause = rehearsal.fail()
        rehearsal.settle(finish("a"))
        #expect(rehearsal.next() == "wait \(pause.microseconds / 1000) ms")
        rehearsal.settle(finish("b"))
        rehearsal.pass(pause)
        #expect(rehearsal.round().contains("settle 2"))
    }

    @Test("waits for the tasks of other queues over the same connection")
    func otherQueues() throws {
        var rehearsal = Rehearsal.connected()
        rehearsal.want(1)
        _ = rehearsal.round()
        let mail = try #require(QueueName("mail"))
        rehearsal.wake { $0.queues = [mail] }
        #expect(rehearsal.round() == ["watch mail", "receive 1", "resume 1", "wait"])
    }

    @Test("connects for the queues that are wanted by then")
    func queuesMeanwhile() throws {
        var rehearsal = Rehearsal.connected()
        rehearsal.pass(rehearsal.fail())
        let mail = try #require(QueueName("mail"))
        rehearsal.wake { $0.queues = [mail, .celery] }
        #expect(rehearsal.next() == "connect to mail,celery again")
    }

    @Test("ends at once if it is told to while it waits to connect, and nothing is to be written")
    func stopWhileConnecting() {
        var rehearsal = Rehearsal.connected()
        rehearsal.fail()
        rehearsal.wake { $0.isClosing = true }
        #expect(rehearsal.next() == "end")
    }

    @Test("connects before it ends if something is to be written")
    func writesBeforeEnd() {
        var rehearsal = Rehearsal.connected()
        rehearsal.pass(rehearsal.fail())
        rehearsal.wake {
            $0.settlements = [finish("a")]
            $0.isClosing = true
        }
        let round = rehearsal.round()
        #expect(
            round == ["connect to celery again", "settle 1", "suspend", "end"]
        )
    }

    @Test("does not end before all that it has taken has come to the worker")
    func worksOff() {
        var rehearsal = Rehearsal.connected()
        rehearsal.waiting = [.sample("a")]
        rehearsal.want(1)
        #expect(rehearsal.round().first == "receive 1")
        rehearsal.wake { $0.isClosing = true }
        #expect(rehearsal.round() == ["wait"])
        rehearsal.wake { $0.received = 1 }
        #expect(rehearsal.round() == ["end"])
    }

    @Test("ends as it is when it is abandoned, whatever is to be written")
    func abandoned() {
        var rehearsal = Rehearsal.connected()
        rehearsal.wake {
            $0.settlements = [finish("a")]
            $0.isAbandoned = true
        }
        #expect(rehearsal.round() == ["end"])
    }

    @Test("does not end while something is in the way of an outcome")
    func obstacleAtEnd() {
        var rehearsal = Rehearsal.connected()
        rehearsal.obstacle = Self.refusal
        let letter = DeadLetter(.sample("a"), reason: "broken")
        rehearsal.wake {
            $0.settlements = [.deadLetter(letter)]
            $0.isClosing = true
        }
        #expect(rehearsal.round() == ["settle 1", "wait 5000 ms"])
        rehearsal.obstacle = nil
        rehearsal.pass(.seconds(5))
        rehearsal.wake()
        #expect(rehearsal.round() == ["settle 1", "end"])
    }
}
