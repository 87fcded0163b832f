import Glibc
import SQLiteTransport
import TaskQueue
import TestSupport
import Testing

@Suite("SQLite's speed", .requires(Program.isInstalled("sqlite3"), "sqlite3"))
struct SQLiteSpeedTests {
    @Test("a waiting worker has a task soon after it was sent")
    func wakeLatency() async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory.path("tq.db")
            let broker = try SQLiteBroker(path: path, worker: "worker", resultLifetime: nil)
            let watch = try broker.watchArrivals(on: [.celery])
            var latencies: [Duration] = []
            for _ in 0..<10 {
                try watch.clear()
                #expect(try broker.receive(from: [.celery], upTo: 10).isEmpty)
                try watch.resume(upTo: 100)
                let sending = BackgroundWork {
                    let sender = try SQLiteBroker(path: path, worker: "", resultLifetime: nil)
                    try sender.send([.sample()])
                }
                let start = Instant.now
                var taken: [Delivery] = []
                while taken.isEmpty, Instant.now - start < .seconds(10) {
                    var entry = pollfd(fd: watch.descriptors[0], events: Int16(POLLIN), revents: 0)
                    poll(&entry, 1, 10_000)
                    try watch.clear()
                    taken = try broker.receive(from: [.celery], upTo: 10)
                }
                latencies.append(Instant.now - start)
                try await sending.end()
                #expect(taken.count == 1)
            }
            let median = latencies.sorted()[latencies.count / 2]
            Attachment.record(
                "opening, sending, waking and taking: \(median)",
                named: "latency.txt"
            )
            #expect(median < .seconds(1))
        }
    }

    @Test("300,000 tasks, delayed or of other queues, do not slow who looks for others")
    func fullFile() async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory.path("tq.db")
            let broker = try SQLiteBroker(path: path, worker: "worker", resultLifetime: nil)
            try await SQLiteShell(path).run(
                """
                WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 300000)
                INSERT INTO tasks (id, task, queue, priority, due, expects_result, sent_at)
                SELECT i, 'demo.add', 'other', 0, CASE WHEN i % 2 THEN 0 ELSE 1 << 60 END, 1, 0 FROM n
                """
            )
            let start = Instant.now
            for _ in 0..<200 { #expect(try broker.receive(from: [.celery], upTo: 10).isEmpty) }
            let time = Instant.now - start
            Attachment.record("200 looks: \(time)", named: "looks.txt")
            #expect(time < .seconds(1.5))
        }
    }
}
