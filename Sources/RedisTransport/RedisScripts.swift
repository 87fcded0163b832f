/// The steps that are atomic because the server runs each as one script.
///
/// The server's own clock is used throughout: workers' clocks differ.
enum RedisScripts {
    /// Puts due delayed tasks on their queues, then takes up to n tasks into `unacked`.
    ///
    ///     KEYS  unacked · unacked_index · delayed set of each queue · lists, in the order of service
    ///           · tq:workers
    ///     ARGV  n · tag prefix · number of the first tag · number of queues
    ///           · for each queue: list of step 0, 3, 6, 9
    ///           · for each list: what closes its JSON array in `unacked`
    ///           · worker · length of its lease in seconds: who holds tasks has a lease
    ///
    /// Returns the server's time in seconds, as text; the earliest due time that is left ("" if none); then for each task the position
    /// of its list (from 0) and its envelope. The tags count on from the first.
    static let take = """
        local clock = redis.call('TIME')
        local now = clock[1] + clock[2] / 1000000
        local stamp = string.format('%.6f', now)
        local left, number, queues = tonumber(ARGV[1]), tonumber(ARGV[3]), tonumber(ARGV[4])
        local column = {['0'] = 1, ['3'] = 2, ['6'] = 3, ['9'] = 4}
        local earliest = ''
        for q = 1, queues do
            local set = KEYS[2 + q]
            local due = redis.call('ZRANGEBYSCORE', set, '-inf', stamp, 'LIMIT', 0, 1000)
            for _, member in ipairs(due) do
                local list = ARGV[4 + (q - 1) * 4 + column[string.sub(member, 1, 1)]]
                redis.call('LPUSH', list, string.sub(member, 2))
                redis.call('ZREM', set, member)
            end
            local first = redis.call('ZRANGE', set, 0, 0, 'WITHSCORES')
            if first[2] and (earliest == '' or tonumber(first[2]) < tonumber(earliest)) then
                earliest = first[2]
            end
        end
        local out = {stamp, earliest}
        for i = 3 + queues, #KEYS - 1 do
            if left <= 0 then break end
            local found = redis.call('RPOP', KEYS[i], left)
            if found then
                local scores, fields = {}, {}
                local position = i - 3 - queues
                local close = ARGV[5 + queues * 4 + position]
                for _, envelope in ipairs(found) do
                    local tag = ARGV[2] .. number
                    number = number + 1
                    scores[#scores + 1] = stamp
                    scores[#scores + 1] = tag
                    fields[#fields + 1] = tag
                    fields[#fields + 1] = '[' .. envelope .. close
                    out[#out + 1] = position
                    out[#out + 1] = envelope
                end
                redis.call('ZADD', KEYS[2], unpack(scores))
                redis.call('HSET', KEYS[1], unpack(fields))
                left = left - #found
            end
        end
        if #out > 2 then
            local lease = string.format('%.6f', now + ARGV[#ARGV])
            redis.call('ZADD', KEYS[#KEYS], lease, ARGV[#ARGV - 1])
            redis.call('EXPIRE', KEYS[#KEYS], 2592000)
        end
        return out
        """
}
