import TestSupport
import Testing

@Suite(
    "many tasks at once",
    .requires(RedisServer.isInstalled, "redis-server"),
    .requiresReleaseBuild,
    .timeLimit(.minutes(60))
)
struct BulkTests {
    private static let memoryLimit = 60 << 20

    @Test("come back in order, and right, through two workers, in little memory")
    func roundTrip() async throws {
        try await Workplace.with(.redis) { place in
            let command = "sh -c 'echo $((2 * $1))' sh {1}"
            let options = "-q -c 2 -- \(command)"
            try await place.withReleaseProgram("tq-work \(options)") { first in
                try await place.withReleaseProgram("tq-work \(options)") { second in
                    // It stays, and can be measured, until its input ends.
                    let read = "tq-result --wait -"
                    try await place.withReleaseProgram(read, keepsInputOpen: true) { reader in
                        let sent = try await place.shell(
                            "seq 3000 | tq-send double -",
                            environment: Release.environment
                        )
                        reader.write(try sent.succeeded().output)
                        try await eventually(timeout: .seconds(60)) {
                            reader.outputSoFar.hasSuffix("\n6000\n")
                        }
                        let lines = reader.outputSoFar.split(separator: "\n")
                        #expect(lines.map { Int($0) } == (1...3_000).map { 2 * $0 })
                        for process in [first, second, reader] {
                            #expect((1..<Self.memoryLimit).contains(process.peakMemory))
                        }
                    }
                }
            }
        }
    }

    @Test("are sent in memory that stays the same", arguments: Transport.allCases)
    func sending(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            try await place.withReleaseProgram("tq-send double -", keepsInputOpen: true) { sender in
                let lines = String(repeating: "12345678\n", count: 20_000)
                var peaks: [Int] = []
                for batch in 1...15 {
                    sender.write(lines)
                    try await eventually(timeout: .seconds(60)) {
                        sender.outputSoFar.utf8.count >= batch * 20_000 * 37
                    }
                    peaks.append(sender.peakMemory)
                }
                sender.closeInput()
                #expect(try await sender.waitForExit() == .exited(0))
                #expect(peaks[14] < Self.memoryLimit)
                #expect(peaks[14] - peaks[2] < 4 << 20, "\(peaks)")
            }
        }
    }
}
