import Glibc
import TaskQueue
import TestSupport
import Testing

/// Three `tq-beat` on one schedule, and one on another, of which one after the other is killed, stopped for
/// a while, or ended; all send a live entry besides.
///
/// `TQ_BEAT_SECONDS` says for how long, else 15 s; `make beat-faults` sets it to a minute.
@Suite(
    "of four tq-beat that are killed and stopped",
    .requires(Program.isInstalled("sqlite3"), "sqlite3"),
    .requires(RedisServer.isInstalled, "redis-server"),
    .timeLimit(.minutes(60))
)
struct ExactlyOnceTests {
    private static let seconds =
        getenv("TQ_BEAT_SECONDS").flatMap { Int(String(cString: $0)) } ?? 15

    private static let entries = ["first", "second", "crontab", "live", "other"]

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
    /// asked to end; never are all three stopped.
    ///
    /// Prints what was done to which, and when; at last `over`, when all had been left alone for a while.
    private static let script = """
        RANDOM=$$
        config=(tq tq tq others)
        start() { tq-beat --config ${config[$1]}.toml --log-format json 2>>log.$1 & pid[$1]=$!; }
        tq-ctl beat add live 'every 1s' t
        for i in 0 1 2 3; do start $i; until[i]=0; done
        sleep 1
        end=$((SECONDS + \(seconds)))
        while ((SECONDS < end)); do
            sleep 1.$((RANDOM % 10))
            newest=$(ls -t log.* | head -1)
            ((RANDOM % 2)) && i=${newest#log.} || i=$((RANDOM % 4))
            fault=$((RANDOM % 3)) stopped=0
            for j in 0 1 2; do ((j != i && until[j] >= SECONDS)) && ((stopped++)); done
            ((fault == 1 && i < 3 && stopped == 2)) && fault=0
            case $fault in
            0)
                echo "killed $i $EPOCHREALTIME"; kill -KILL ${pid[i]}; wait ${pid[i]}; start $i
                until[i]=0 ;;
            1)
                length=$((RANDOM % 9)); until[i]=$((SECONDS + length + 1))
                echo "stopped $i $EPOCHREALTIME"; kill -STOP ${pid[i]}
                (sleep $length; kill -CONT ${pid[i]}) 2>>trouble & ;;
            2)
                kill -CONT ${pid[i]}; echo "ended $i $EPOCHREALTIME"
                kill -TERM ${pid[i]}; wait ${pid[i]}; start $i; until[i]=0 ;;
            esac
        done 2>>trouble
        kill -CONT ${pid[@]}; sleep 7
        echo "over - $EPOCHREALTIME"
        kill -TERM ${pid[@]}; wait ${pid[@]}; echo "status $?"
        """

    @Test("each firing is sent exactly once, late by no more than the lease")
    func faults() async throws {
        async let sqlite = Self.tally(.sqlite)
        async let redis = Self.tally(.redis)
        let tallies = try await [sqlite, redis]
        print(BeatTally.table(tallies))
        for tally in tallies {
            #expect(tally.doubled == 0, "\(tally.transport)")
            #expect(tally.missed == 0, "\(tally.transport)")
            #expect(tally.unknown == 0, "\(tally.transport)")
            #expect(tally.fired > Self.seconds * Self.entries.count, "\(tally.transport)")
            // So long does one who died have the lease; and a debug build has to start.
            #expect(tally.worstLateness < 5 + 2, "\(tally.transport)")
            #expect(tally.longestWithout < 5 + 2, "\(tally.transport)")
        }
    }

    private static func tally(_ transport: Transport) async throws -> BeatTally {
        try await Workplace.with(transport, settings: settings) { place in
            try place.write(others, to: "others.toml")
            let start = Timestamp.now()
            let limit = Duration.seconds(seconds * 2 + 60)
            let outcome = try await place.shell(script, timeout: limit).succeeded()
            #expect(outcome.lines.last == "status 0", "\(transport)")
            let logs = (0..<4).map { number in
                place.lines("log.\(number)").compactMap { BeatLogLine($0, of: number) }
            }
            return try BeatTally(
                transport,
                faults: outcome.lines.compactMap { BeatFault($0) },
                // Nobody takes the place of the last, which alone has its schedule.
                log: logs[..<3].joined().sorted { $0.time < $1.time },
                since: try #require(logs[3].first).time,
                sent: try await SentFirings(of: entries, in: place, start...Timestamp.now())
            )
        }
    }
}
