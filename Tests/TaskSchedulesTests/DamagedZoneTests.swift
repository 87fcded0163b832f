import Glibc
import TestSupport
import Testing

@testable import TaskQueue
@testable import TaskSchedules

@Suite("zone files")
struct DamagedZoneTests {
    @Test("that are cut short or damaged are refused, or read to something, and never a crash")
    func damaged() throws {
        let good = try readFile("/usr/share/zoneinfo/Australia/Lord_Howe")
        var reader = ZoneFileReader(good)
        _ = try reader.read()
        for count in 0..<good.count - 1 {
            #expect(throws: ZoneFileError.self) {
                var reader = ZoneFileReader(Array(good.prefix(count)))
                return try reader.read()
            }
        }
        var random = SeededRandom(seed: 9_636)
        for _ in 0..<5_000 {
            var bytes = good
            for _ in 0..<3 {
                bytes[random.next(below: bytes.count)] = UInt8(truncatingIfNeeded: random.next())
            }
            var reader = ZoneFileReader(bytes)
            guard let rules = try? reader.read() else { continue }
            let line = Timetable(.crontab(try Crontab("0 2 * * *")), in: rules)
            let start = Timestamp(wholeSeconds: 1_767_225_600)
            let end = Timestamp(wholeSeconds: 1_798_761_600)
            #expect(!line.firings(after: start, through: end, limit: 1_000).isEmpty)
        }
    }
}
