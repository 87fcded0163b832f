/// The steps that are atomic because the server runs each as one script.
///
/// The server's own clock is used throughout: workers' clocks differ.
enum RedisScripts {
    /// Puts due delayed tasks on their queues, then takes up to n tasks into `unacked`.
    ///
    ///     KEYS  unacked · unacked_index · delayed set of each queue · lists, in the order of service
    ///           · the worker's connection · tq:workers · tq:paused · tq:revoked
    ///     ARGV  n · tag prefix · number of the first tag · number of queues
    ///           · for each queue: list of step 0, 3, 6, 9
    ///           · for each list: what closes its JSON array in `unacked`
    ///           · worker · length of its lease in seconds: who holds tasks has a lease
    ///
    /// A connection that the worker has given up takes nothing: what it took nobody would know of.
    /// Nothing is taken from a paused queue, nor woken there.
    ///
    /// Returns the server's time in seconds, as text; the earliest due time that is left ("" if none);
    /// the positions of the queues that are paused (from 0); 1 if any task at all is revoked, else 0; then
    /// for each task the position of its list (from 0) and its envelope. The tags count on from the first.
    static let take = """
        local clock = redis.call('TIME')
        local now = clock[1] + clock[2] / 1000000
        local stamp = string.format('%.6f', now)
        local current = redis.call('GET', KEYS[#KEYS - 3])
        if current and current ~= string.sub(ARGV[2], 1, #current) then
            return {stamp, '', {}, 0}
        end
        local left, number, queues = tonumber(ARGV[1]), tonumber(ARGV[3]), tonumber(ARGV[4])
        local column = {['0'] = 1, ['3'] = 2, ['6'] = 3, ['9'] = 4}
        local workers, paused, revoked = #KEYS - 2, KEYS[#KEYS - 1], KEYS[#KEYS]
        local isPaused, positions, revokes = {}, {}, 0
        if redis.call('EXISTS', paused, revoked) > 0 then
            revokes = redis.call('EXISTS', revoked)
            for q = 1, queues do
                -- A queue's list of step 0 has its name.
                if redis.call('SISMEMBER', paused, ARGV[1 + q * 4]) == 1 then
                    isPaused[q - 1] = true
                    positions[#positions + 1] = q - 1
                end
            end
        end
        local earliest = ''
        for q = 1, queues do
            if not isPaused[q - 1] then
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
        end
        local out = {stamp, earliest, positions, revokes}
        for i = 3 + queues, workers - 2 do
            if left <= 0 then break end
            local position = i - 3 - queues
            local found = not isPaused[position % queues] and redis.call('RPOP', KEYS[i], left)
            if found then
                local scores, fields = {}, {}
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
        if #out > 4 then
            local lease = string.format('%.6f', now + ARGV[#ARGV])
            redis.call('ZADD', KEYS[workers], lease, ARGV[#ARGV - 1])
            redis.call('EXPIRE', KEYS[workers], 2592000)
        end
        return out
        """
}
