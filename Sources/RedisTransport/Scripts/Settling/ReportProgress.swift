internal import TaskQueue

/// Stores the records of tasks that still run.
struct ReportProgress: RedisScript {
    let reports: [ProgressReport]
    /// Of results; zero: they are kept for ever.
    let lifetime: Duration

    static let text = ScriptText(
        keys: ["unacked", "index"],
        arguments: ["lifetime"],
        hasRows: true,
        uses: [.store],
        """
        local lost, at = {}, firstArgument
        for k = firstKey, #KEYS do
            local result, tag, record = KEYS[k], ARGV[at], ARGV[at + 1]
            at = at + 2
            if redis.call('HEXISTS', unacked, tag) == 1 then
                local problem = store(result, record, lifetime, true)
                if problem then return problem end
            else
                lost[#lost + 1] = k - firstKey
            end
        end
        return lost
        """
    )

    var keys: [String] { RedisKeys.held + reports.map { RedisKeys.result($0.result.id) } }

    var argumentSize: Int { reports.reduce(64) { $0 + $1.result.size + 96 } }

    func addArguments(to command: inout RedisCommand) {
        command.add(milliseconds: lifetime)
        for report in reports {
            command.add(report.delivery.tag)
            command.add(report.outcome)
        }
    }

    /// The tasks that were no longer held.
    func answer(_ reply: RedisReply) -> [Delivery] { reply.lost(of: reports.map(\.delivery)) }
}
