import TestSupport
import Testing

@Suite("an SQLite file that many use at once", .timeLimit(.minutes(60)))
struct SharedDatabaseTests {
    @Test("by ten senders and four workers: all is done once, and nobody sees a lock")
    func many() async throws {
        try await Workplace.with { place in
            // Five of them send a task at a time, each in a transaction of its own.
            let script = """
                for worker in 1 2 3 4; do
                    tq-work -q -c 2 -- sh -c 'echo $1 >>ran; echo $1' sh {1} 2>>worker-errors &
                done
                for sender in 0 1 2 3 4; do
                    seq ${sender}000 ${sender}079 | tq-send t - >ids.$sender 2>>errors &
                    senders+=($!)
                done
                for sender in 5 6 7 8 9; do
                    for n in $(seq ${sender}000 ${sender}019); do tq-send t :$n; done \
                        >ids.$sender 2>>errors &
                    senders+=($!)
                done
                wait ${senders[@]}
                cat ids.* | tq-result --wait -
                kill $(jobs -p) && wait
                cat errors worker-errors >&2
                """
            let outcome = try await place.shell(script)
            #expect(outcome.errors == "")
            let bulks = (0...4).flatMap { sender in (0...79).map { sender * 1_000 + $0 } }
            let singles = (5...9).flatMap { sender in (0...19).map { sender * 1_000 + $0 } }
            #expect(outcome.lines.map { Int($0) } == bulks + singles)
            #expect(place.lines("ran").compactMap { Int($0) }.sorted() == bulks + singles)
            #expect(try await place.query("SELECT * FROM tasks").isEmpty)
        }
    }

    @Test("and that is full: the sender says so, and every id that it has printed is stored")
    func full() async throws {
        try await Workplace.with { place in
            let script = """
                trap '' XFSZ; ulimit -f 3000
                seq 20000 | tq-send t - >ids
                """
            let outcome = try await place.shell(script)
            #expect(outcome.status == .exited(74))
            #expect(
                outcome.errors.hasPrefix("tq-send: cannot write sqlite:\(place.path("tq.db")): ")
            )
            let ids = place.lines("ids")
            #expect(ids.count >= 1_000 && ids.count < 20_000)
            #expect(try await place.messages().prefix(ids.count).map(\.id) == ids)
        }
    }
}
