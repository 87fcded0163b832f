internal import TaskQueue

/// Counts that a task of a chord's header has ended, where the results are and the tasks are not.
///
/// Answers with all that have reported, and their scores, if these are as many as there are and the body was not sent.
struct CountReport: RedisScript {
    let report: ChordReport

    static let text = ScriptText(
        keys: ["base"],
        arguments: ["member", "score", "value", "chordTime"],
        uses: [.refusal, .misfit],
        """
        local done = redis.pcall('GET', base .. '.c')
        local problem = refusal(done, 'GET', base .. '.c') or misfit(base .. '.j', 'zset')
        if problem then return problem end
        if done then return {} end
        if redis.call('SADD', base .. '.d', member) == 1 then
            redis.call('ZADD', base .. '.j', score, value)
        end
        for _, part in ipairs({'.j', '.t', '.s', '.d'}) do redis.call('EXPIRE', base .. part, chordTime) end
        local size, more = redis.call('GET', base .. '.s'), redis.call('GET', base .. '.t')
        if not size or redis.call('SCARD', base .. '.d') ~= tonumber(size) + (tonumber(more) or 0) then
            return {}
        end
        return redis.call('ZRANGE', base .. '.j', 0, -1)
        """
    )

    var keys: [String] { [RedisKeys.chord(report.group)] }

    var argumentSize: Int { report.value.bytes.count + 256 }

    func addArguments(to command: inout RedisCommand) {
        let score = report.index.map { "\($0)" } ?? "+inf"
        command.add("\(report.task):\(score)")
        command.add(score)
        command.add(report.member.bytes)
        command.add(seconds: RedisKeys.chordLifetime)
    }

    func answer(_ reply: RedisReply) -> [ChordMember]? {
        let members = reply.elements.compactMap { $0.bytes.flatMap(ChordMember.init) }
        return members.isEmpty ? nil : members
    }
}
