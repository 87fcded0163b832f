/// The steps by which operators look, and move what workers do not hold.
///
/// They look at what is there page by page, so that none keeps the server from others for long.
extension RedisScripts {
    /// An envelope without its body, which may be large; empty if the rest is large too.
    private static let slim = #"""
        local function slim(envelope)
            local from, to = string.find(envelope, '"body": ?"[%w+/=\\]*"')
            if from then
                envelope = string.sub(envelope, 1, from - 1) .. '"body":""'
                    .. string.sub(envelope, to + 1)
            end
            if #envelope > 65536 then return '' end
            return envelope
        end

        """#

    /// Looks for the names of queues, a page of the database's keys at a time.
    ///
    ///     ARGV  cursor, first 0
    ///
    /// Returns the next cursor, 0 at the end, and names, some more than once: of Kombu's bindings, of our
    /// own keys, and of lists whose next element is a message.
    static let findQueues = """
        local page = redis.call('SCAN', ARGV[1], 'COUNT', 1000)
        local out = {page[1]}
        for _, key in ipairs(page[2]) do
            local start = string.sub(key, 1, 3)
            if start == 'tq:' then
                out[#out + 1] = string.match(key, '^tq:served:(.+)$')
                    or string.match(key, '^tq:delayed:(.+)$') or string.match(key, '^tq:dead:(.+)$')
                    or string.match(key, '^\(RedisKeys.suspectsPrefix)(.+)$')
                    or string.match(key, '^\(RedisKeys.arrivedPrefix)(.+)$')
            elseif string.sub(key, 1, 15) == '_kombu.binding.' then
                local members = redis.pcall('SMEMBERS', key)
                for _, member in ipairs(members) do
                    out[#out + 1] = string.match(member, '\\006\\022([^\\006]+)$')
                end
            elseif string.sub(key, 1, 17) ~= 'celery-task-meta-'
                and redis.call('TYPE', key).ok == 'list' then
                local next = redis.call('LINDEX', key, -1)
                if string.sub(next, 1, 1) == '{' and string.find(next, '"properties"', 1, true) then
                    out[#out + 1] = string.match(key, '^(.*)\\006\\022%d$') or key
                end
            end
        end
        return out
        """

    /// The envelopes that are next in line, without their bodies.
    ///
    ///     KEYS  the set of those under suspicion · lists
    ///
    /// Returns one for each of them that has any.
    static let heads =
        slim + """
            local out = {}
            local suspect = redis.call('ZRANGE', KEYS[1], 0, 0)[1]
            if suspect then out[1] = slim(string.sub(suspect, 2)) end
            for i = 2, #KEYS do
                local next = redis.call('LINDEX', KEYS[i], -1)
                if next then out[#out + 1] = slim(next) end
            end
            return out
            """

    /// What workers hold, a page at a time.
    ///
    ///     KEYS  unacked · unacked_index
    ///     ARGV  cursor, first 0
    ///
    /// Returns the next cursor, 0 at the end; then for each task, some more than once: tag, envelope without
    /// its body, what follows that in its JSON array, score ("" if none).
    static let held =
        slim + """
            local page = redis.call('HSCAN', KEYS[1], ARGV[1], 'COUNT', 100)
            local out = {page[1]}
            for i = 1, #page[2], 2 do
                local tag, value = page[2][i], page[2][i + 1]
                local _, last = string.find(value, '^.*}')
                out[#out + 1] = tag
                out[#out + 1] = slim(string.sub(value, 2, last or 1))
                out[#out + 1] = string.sub(value, (last or 1) + 1, 4096 + (last or 1))
                out[#out + 1] = redis.call('ZSCORE', KEYS[2], tag) or ''
            end
            return out
            """

    /// Dead letters of a queue, a page at a time, the oldest first.
    ///
    ///     KEYS  dead letters
    ///     ARGV  how many to skip · how many to look at · 1: with their messages
    ///           · what letters begin with, or have in their first part: two texts; both empty: all
    ///
    /// Returns how many were looked at, and for each that fits: the letter and its score.
    static let letters = """
        local last = ARGV[1] + ARGV[2] - 1
        local page = redis.call('ZRANGE', KEYS[1], ARGV[1], last, 'WITHSCORES')
        local out = {#page / 2}
        for i = 1, #page, 2 do
            local letter = page[i]
            local head = string.sub(letter, 1, 2000)
            local fits = ARGV[4] == '' or string.sub(head, 1, #ARGV[4]) == ARGV[4]
                or string.find(head, ARGV[5], 1, true)
            if fits then
                local message = ARGV[3] ~= '1' and string.find(letter, ',"message":"', 1, true)
                if message then letter = string.sub(letter, 1, message - 1) .. '}' end
                out[#out + 1] = letter
                out[#out + 1] = page[i + 1]
            end
        end
        return out
        """

    /// Forgets a dead letter, and puts its message on its list again.
    ///
    ///     KEYS  dead letters · to send it again: list, result key, where it is remembered as sent, its
    ///           unique key, tq:revoked
    ///     ARGV  score of the letter · what it begins with
    ///           · to send it again: envelope, 1 if its failure is to be forgotten,
    ///           and of what remembers it: value (empty: it is not remembered), field of the hash
    ///           (empty: it is a string), lifetime in seconds (empty: for ever),
    ///           and to hold the key if no other task does: id (empty: it has no key), longest time in ms,
    ///           id of the task, which is not revoked any more
    ///
    /// Returns 1, or 0 if it was not there any more.
    static let removeLetter =
        refusal + remember + """
            -- The message comes last: without it all else is undone.
            local function send()
                local problem = remember(KEYS[4], ARGV[5], ARGV[6], ARGV[7])
                if problem then return problem end
                local isHeld = ARGV[8] ~= ''
                    and redis.call('SET', KEYS[5], ARGV[8], 'NX', 'PX', ARGV[9])
                problem = refusal(redis.pcall('LPUSH', KEYS[2], ARGV[3]), 'LPUSH', KEYS[2])
                if problem and isHeld then redis.pcall('DEL', KEYS[5]) end
                return problem
            end
            local function forgetFailure()
                local record = redis.pcall('GETRANGE', KEYS[3], 0, 40)
                if type(record) == 'string' and string.match(record, '^{"status": ?"FAILURE"') then
                    redis.pcall('DEL', KEYS[3])
                end
            end
            -- Whether it may be removed is seen before it is sent.
            redis.call('ZREM', KEYS[1], 'tq:none')
            local looked = 0
            while true do
                local page =
                    redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], ARGV[1], 'LIMIT', looked, 100)
                if #page == 0 then return 0 end
                looked = looked + #page
                for _, letter in ipairs(page) do
                    if string.sub(letter, 1, #ARGV[2]) == ARGV[2] then
                        local problem = KEYS[2] and send()
                        if problem then return problem end
                        redis.call('ZREM', KEYS[1], letter)
                        if KEYS[2] then redis.pcall('ZREM', KEYS[6], ARGV[10]) end
                        if KEYS[2] and ARGV[4] == '1' then forgetFailure() end
                        return 1
                    end
                end
            end
            """

    /// Removes some of what waits, from the end of a list or the beginning of a delayed set, frees the keys
    /// that it held, and tells who waits for it.
    ///
    ///     KEYS  list or set
    ///     ARGV  1 if it is a set, else 0 · how many at most · after how many bytes it is enough
    ///           · prefix of keys · lifetime of results in ms (0: for ever)
    ///           · the record of each, up to its id (empty: results are kept elsewhere)
    ///
    /// Returns how many tasks were removed.
    static let purge =
        refusal + releaseHeld + headers + store + """
            local count, bytes = 0, 0
            while count < tonumber(ARGV[2]) and bytes < tonumber(ARGV[3]) do
                local envelope
                if ARGV[1] == '1' then envelope = redis.call('ZPOPMIN', KEYS[1])[1]
                else envelope = redis.call('RPOP', KEYS[1]) end
                if not envelope then break end
                count = count + 1
                bytes = bytes + #envelope
                -- A member of a set has the digit of its priority step before it.
                local headers = headersOf(string.sub(envelope, tonumber(ARGV[1]) + 1))
                releaseHeld(ARGV[4], headers)
                if type(headers.id) == 'string' and headers.ignore_result ~= true then
                    local sending = headers.tq_sending
                    if type(sending) ~= 'string' then sending = '' end
                    local record = ARGV[6]
                    if record ~= '' then record = record .. cjson.encode(headers.id) .. '}' end
                    store('celery-task-meta-' .. headers.id, sending .. '\\n' .. record, ARGV[5])
                end
            end
            return count
            """

    /// Looks for messages by the ids of their tasks, a page at a time.
    ///
    ///     KEYS  list, hash or sorted set · tq:revoked
    ///     ARGV  list, hash, zset, or take: out of a sorted set · cursor, first 0 · how many to look at
    ///           · prefix of keys · for each id: as it stands in messages, and as it is
    ///
    /// Returns the next cursor, 0 at the end, and the ids that were found, some perhaps more than once.
    static let search =
        releaseHeld + headers + """
            local kind, count = ARGV[1], tonumber(ARGV[3])
            -- Of a list or set it is a position, which may stay, and a number that does not.
            local from, lap = math.floor(ARGV[2] / 1024), ARGV[2] % 1024
            local wanted, ids = {}, {}
            for i = 5, #ARGV, 2 do
                wanted[ARGV[i]] = ARGV[i]
                ids[ARGV[i]] = ARGV[i + 1]
            end
            local page, next, taken = {}, '0', 0
            if kind == 'hash' then
                local reply = redis.call('HSCAN', KEYS[1], ARGV[2], 'COUNT', count)
                next = reply[1]
                for i = 2, #reply[2], 2 do page[#page + 1] = reply[2][i] end
            else
                local command = kind == 'list' and 'LRANGE' or 'ZRANGE'
                page = redis.call(command, KEYS[1], from, from + count - 1)
            end
            local out = {}
            local function take(envelope, id)
                releaseHeld(ARGV[4], headersOf(string.sub(envelope, 2)))
                taken = taken + redis.call('ZREM', KEYS[1], envelope)
                redis.call('ZREM', KEYS[2], id)
            end
            for _, envelope in ipairs(page) do
                for start in string.gmatch(envelope, '"id": ?"()') do
                    -- Up to the next quote that no backslash stands before.
                    local last = start
                    while true do
                        last = string.find(envelope, '["\\\\]', last)
                        if not last or string.sub(envelope, last, last) == '"' then break end
                        last = last + 2
                    end
                    local id = last and wanted[string.sub(envelope, start, last - 1)]
                    if id then
                        out[#out + 1] = id
                        if kind == 'take' then take(envelope, ids[id]) end
                    end
                end
            end
            if kind ~= 'hash' and #page == count then
                next = string.format('%.0f', (from + count - taken) * 1024 + lap % 1023 + 1)
            end
            return {next, unpack(out)}
            """

    /// Moves tasks from the end of a list to the beginning of another, as far as they are there still.
    ///
    ///     KEYS  list · other list
    ///     ARGV  for each task, the next in line first: its envelope, its envelope for the other
    ///
    /// Returns how many were moved.
    static let moveWaiting = """
        local moved = 0
        -- Whether it may be taken off is seen before it is put elsewhere.
        redis.call('LTRIM', KEYS[1], 0, -1)
        for i = 1, #ARGV, 2 do
            if redis.call('LINDEX', KEYS[1], -1) == ARGV[i] then
                redis.call('LPUSH', KEYS[2], ARGV[i + 1])
                redis.call('LTRIM', KEYS[1], 0, -2)
                moved = moved + 1
            end
        end
        return moved
        """

    /// Moves the members of the set `KEYS[1]`, as far as they are there still; for each, `ARGV` has from `first`
    /// on the member, the member for the other place, and its score there.
    ///
    /// `put(score, member)` puts one there, and returns an error if it cannot.
    static let moveMembers = """
        local function moveMembers(first, put)
            local moved = 0
            redis.call('ZREM', KEYS[1], 'tq:none')
            for i = first, #ARGV, 3 do
                if redis.call('ZSCORE', KEYS[1], ARGV[i]) then
                    local problem = put(ARGV[i + 2], ARGV[i + 1])
                    if problem then return problem end
                    redis.call('ZREM', KEYS[1], ARGV[i])
                    moved = moved + 1
                end
            end
            return moved
        end

        """

    /// Moves tasks from a delayed set to another, as far as they are there still.
    ///
    ///     KEYS  set · other set
    ///     ARGV  for each task: its member, its member for the other, due time
    ///
    /// Returns how many were moved.
    static let moveDelayed =
        refusal + delay + moveMembers + """
            return moveMembers(1, function(due, member) return delay(KEYS[2], due, member) end)
            """

    /// Pauses a queue, or resumes it and lets one of those in who wait at its gate.
    ///
    ///     KEYS  tq:paused · the queue's gate
    ///     ARGV  queue · 1 to pause it, else 0
    ///
    /// Returns 1 if that changed anything, else 0.
    static let pause =
        openGate + """
            if ARGV[2] == '1' then return redis.call('SADD', KEYS[1], ARGV[1]) end
            local resumed = redis.call('SREM', KEYS[1], ARGV[1])
            if resumed == 1 then openGate(KEYS[2]) end
            return resumed
            """

    /// Remembers revoked tasks, and forgets those whose time is over.
    ///
    ///     KEYS  tq:revoked
    ///     ARGV  lifetime in seconds · ids
    static let revoke = """
        local now = tonumber(redis.call('TIME')[1])
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
        for i = 2, #ARGV do redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[i]) end
        if redis.call('TTL', KEYS[1]) < tonumber(ARGV[1]) then
            redis.call('EXPIRE', KEYS[1], ARGV[1])
        end
        return #ARGV - 1
        """
}
