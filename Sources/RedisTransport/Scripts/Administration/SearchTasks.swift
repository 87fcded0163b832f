internal import TaskQueue

/// Looks for messages by the ids of their tasks, a page at a time.
struct SearchTasks: RedisScript {
    /// Where to search.
    enum Kind: String {
        case list, hash, zset
        /// A sorted set, from which the found tasks are taken out.
        case take
    }

    let key: String
    let kind: Kind
    let cursor: ScanCursor
    /// As they are written in messages.
    let ids: [String: TaskID]

    /// Of a list or set the cursor is a position, which may stay, and a number that does not.
    static let text = ScriptText(
        keys: ["source", "revoked"],
        arguments: ["kind", "cursor", "count"],
        hasRows: true,
        uses: [.releaseHeld],
        """
        count = tonumber(count)
        local from, lap = math.floor(cursor / 1024), cursor % 1024
        local wanted, ids = {}, {}
        for at = firstArgument, #ARGV, 2 do
            wanted[ARGV[at]] = ARGV[at]
            ids[ARGV[at]] = ARGV[at + 1]
        end
        local page, next, taken = {}, '0', 0
        if kind == 'hash' then
            local reply = redis.call('HSCAN', source, cursor, 'COUNT', count)
            next = reply[1]
            for i = 2, #reply[2], 2 do page[#page + 1] = reply[2][i] end
        else
            local command = kind == 'list' and 'LRANGE' or 'ZRANGE'
            page = redis.call(command, source, from, from + count - 1)
        end
        local out = {}
        local function take(envelope, id)
            releaseHeld(headersOf(string.sub(envelope, 2)))
            taken = taken + redis.call('ZREM', source, envelope)
            redis.call('ZREM', revoked, id)
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
    )

    var keys: [String] { [key, RedisKeys.revoked] }

    var argumentSize: Int { 64 + ids.count * 128 }

    func addArguments(to command: inout RedisCommand) {
        command.add(kind.rawValue)
        command.add(cursor.text)
        command.add(TaskSearch.page)
        for (name, id) in ids {
            command.add(name)
            command.add(id.text)
        }
    }

    /// The next cursor, 0 at the end, and the ids that were found, some perhaps more than once.
    func answer(_ reply: RedisReply) -> (cursor: String?, found: [TaskID]) {
        let words = reply.elements.compactMap(\.text)
        return (words.first, words.dropFirst().compactMap { ids[$0] })
    }
}
