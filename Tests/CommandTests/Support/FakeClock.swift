import Glibc
import TaskQueue
import TestSupport
import Testing

/// The clock on the wall as some processes see it, which a test sets while they run: libfaketime's.
///
/// They ask a file in the workplace each time that they ask for the time.
final class FakeClock {
    /// What a jump is to look like.
    enum Jump: String, CaseIterable, Sendable, CustomTestStringConvertible {
        /// The clock was set.
        case set
        /// The machine slept: the clock that counts since it was started goes on too.
        case sleep

        var testDescription: String { rawValue }
    }

    static var isInstalled: Bool { Program.isInstalled("faketime") }

    private let place: Workplace
    private let jump: Jump
    /// By how much it is ahead of the machine's.
    private var ahead = Duration.zero

    init(in place: Workplace, _ jump: Jump = .set) throws {
        self.place = place
        self.jump = jump
        try write()
    }

    /// What it shows.
    var now: Timestamp { .now() + ahead }

    /// Sets it forward, or back.
    func move(by length: Duration) throws {
        ahead += length
        try write()
    }

    /// Sets it to so many seconds after the next full minute, or after one of those that follow.
    func set(toSecond second: Int64, ofMinute minutes: Int64 = 1) throws {
        let now = now
        let minute = (now.microseconds / 60_000_000 + minutes) * 60
        try move(by: Timestamp(microseconds: (minute + second) * 1_000_000) - now)
    }

    /// The file is another at once: who reads it never finds half of it.
    private func write() throws {
        let microseconds = ahead.microseconds
        let digits = String(microseconds.magnitude % 1_000_000 + 1_000_000).dropFirst()
        let sign = microseconds < 0 ? "-" : "+"
        try place.write("\(sign)\(microseconds.magnitude / 1_000_000).\(digits)\n", to: "clock.new")
        let isRenamed = rename(place.path("clock.new"), place.path("clock")) == 0
        try #require(isRenamed)
    }

    /// Starts a `tq-beat` that goes by it, with its log in JSON, and lends it to `body`.
    func withBeat<Value>(_ body: (Spawned) async throws -> Value) async throws -> Value {
        try await withProgram("tq-beat --log-format json", body)
    }

    /// Starts a command line that goes by it, with all that it starts, and lends it to `body`.
    func withProgram<Value>(
        _ commandLine: String,
        _ body: (Spawned) async throws -> Value
    ) async throws -> Value {
        var environment: [String: String?] = [
            "LD_PRELOAD": "/usr/$LIB/faketime/libfaketime.so.1",
            "FAKETIME_TIMESTAMP_FILE": place.path("clock"),
            "FAKETIME_NO_CACHE": "1",
            "NO_FAKE_STAT": "1",
        ]
        if jump == .set { environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1" }
        return try await place.withProgram(commandLine, environment: environment) { process in
            defer {
                // What libfaketime leaves behind of a process that was killed.
                unlink("/dev/shm/sem.faketime_sem_\(process.processID)")
                unlink("/dev/shm/faketime_shm_\(process.processID)")
            }
            return try await body(process)
        }
    }
}
