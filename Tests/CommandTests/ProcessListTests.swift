import TestSupport
import Testing

@Suite(
    "the list of processes",
    .requires(RedisServer.isInstalled, "redis-server"),
    .timeLimit(.minutes(60))
)
struct ProcessListTests {
    @Test(
        "shows no password of a URL that was given as an option",
        arguments: [
            "tq-work -b URL", "tq-work --broker=URL --result-backend URL", "test-handlers -qbURL",
            "tq-beat -bURL", "tq-result -b URL --wait 5", "tq-send -b URL --wait t",
            "tq-ctl -b URL queues --help",
        ]
    )
    func title(_ commandLine: String) async throws {
        let settings =
            "[beat_schedule.e]\ntask = 't'\nschedule = 86400\n[tasks.t]\nrun = 'sleep 20'\n"
        try await Workplace.with(.redis, settings: settings) { place in
            let redis = try #require(place.redis)
            _ = try await redis.cli("CONFIG", "SET", "requirepass", "hunter22")
            let url = place.url.replacing("redis://", with: "redis://:hunter22@")
            let line = commandLine.replacing("URL", with: url)
            try await place.withProgram(line, environment: ["TQ_BROKER_URL": nil]) { program in
                try await eventually {
                    let title = try? readFile("/proc/\(program.processID)/cmdline")
                    let text = title.map { String(decoding: $0, as: UTF8.self) } ?? ""
                    // It has ended, or has read its arguments.
                    return program.status != nil
                        || text.contains(":***@")
                            && !text.contains("hunter22")
                }
            }
        }
    }
}
