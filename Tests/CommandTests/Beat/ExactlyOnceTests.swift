import Glibc
import TaskQueue
import TestSupport
import Testing

/// Three `tq-beat` on one schedule, and one on another, of which one after the other is killed, stopped for
/// a while, or ended; all send a live entry besides.
///
/// `TQ_BEAT_SECONDS` says for how long, else 15 s.
@Suite(
    "of four tq-beat that are killed and stopped",
    .requires(Program.isInstalled("sqlite3"), "sqlite3"),
    .requires(RedisServer.isInstalled, "redis-server"),
    .timeLimit(.minutes(15))
)
struct ExactlyOnceTests {
    private static let seconds =
        getenv("TQ_BEAT_SECONDS").flatMap { Int(String(cString: $0)) } ?? 15

    private static let settings = """
        [beat_schedule.first]
        task = "t"
        schedule = "every 1s"
        [beat_schedule.second]
        task = "t"
        schedule = "every 1s"
        catch_up = "skip"
        [beat_schedule.crontab]
        task = "t"
        schedule = "* * * * * *"
        """

    private static let others = """
        [beat_schedule.other]
        task = "t"
        schedule = "every 1s"
        """

    /// Every second or two the one that sends, or another, is killed, stopped for up to eight seconds, or
    /// asked to end.
    private static let script = """
        RANDOM=$$
        config=(tq tq tq others)
        start() { tq-beat --config ${config[$1]}.toml --log-format json 2>>log.$1 & pid[$1]=$!; }
        for i in 0 1 2 3; do start $i; done
        tq-ctl beat add live 'every 1s' t
        sleep 1
        end=$((SECONDS + \(seconds)))
        while ((SECONDS < end)); do
            sleep 1.$((RANDOM % 10))
            newest=$(ls -t log.* | head -1)
            ((RANDOM % 2)) && i=${newest#log.} || i=$((RANDOM % 4))
            case $((RANDOM % 3)) in
            0)
                kill -KILL ${pid[i]}; wait ${pid[i]}; start $i; echo killed ;;
            1)
                kill -STOP ${pid[i]}; echo stopped
                (sleep $((RANDOM % 9)); kill -CONT ${pid[i]}) 2>>trouble & ;;
            2)
                kill -CONT ${pid[i]}; kill -TERM ${pid[i]}; wait ${pid[i]}; start $i; echo ended ;;
            esac
        done 2>>trouble
        kill -CONT ${pid[@]}; sleep 7
        kill -TERM ${pid[@]}; wait ${pid[@]}; echo "status $?"
        """

    @Test(
        "each firing is sent exactly once, late by no more than the lease",
        arguments: Transport.allCases
    )
    func faults(_ transport: Transport) async throws {
        try await Workplace.with(transport, settings: Self.settings) { place in
            try place.write(Self.others, to: "others.toml")
            let start = Timestamp.now()
            let limit = Duration.seconds(Self.seconds * 2 + 60)
            let outcome = try await place.shell(Self.script, timeout: limit).succeeded()
            let end = Timestamp.now()
            #expect(outcome.lines.last == "status 0")

            let ids = try await place.messages().compactMap(\.id)
            #expect(Set(ids).count == ids.count, "one firing was sent twice")
            var unknown = Set(ids)
            for entry in ["first", "second", "crontab", "live", "other"] {
                let seconds = Self.seconds(of: entry, from: start, to: end).filter {
                    unknown.remove(BeatMessages.id(entry, at: $0).text) != nil
                }.map { $0.microseconds / 1_000_000 }
                let first = try #require(seconds.first)
                let last = try #require(seconds.last)
                #expect(seconds == Array(first...last), "\(entry): one was left out")
                #expect(seconds.count > Self.seconds)
                let lateness = Self.lateness(of: entry, in: place)
                let slowest = lateness.max() ?? 0
                // Nobody takes the place of the one that has it alone.
                let limit = entry == "other" ? 9.0 + 5 : 5 + 2
                #expect(slowest < limit, "\(entry): \(slowest) s late")
                print(
                    "\(transport) \(entry): \(seconds.count) firings, late by "
                        + "\(lateness.sorted()[lateness.count / 2]) s in the middle, \(slowest) s at most; "
                        + "\(outcome.lines.count - 1) faults"
                )
            }
            #expect(unknown.isEmpty, "an id is that of no firing")
        }
    }

    private static func seconds(of entry: String, from: Timestamp, to: Timestamp) -> [Timestamp] {
        (from.microseconds / 1_000_000...to.microseconds / 1_000_000).map {
            Timestamp(microseconds: $0 * 1_000_000)
        }
    }

    /// By how many seconds each firing was late, by the logs; one who was killed may not have told.
    private static func lateness(of entry: String, in place: Workplace) -> [Double] {
        (0..<4).flatMap { place.lines("log.\($0)") }.compactMap { line in
            guard let json = try? JSONText(line.utf8), json[key: "entry"]?.string == entry,
                json[key: "message"]?.string == "sent",
                let time = json[key: "time"]?.string.flatMap({ Timestamp(iso8601: $0) }),
                let at = json[key: "at"]?.string.flatMap({ Timestamp(iso8601: $0) })
            else { return nil }
            return Double((time - at).microseconds) / 1e6
        }
    }
}
