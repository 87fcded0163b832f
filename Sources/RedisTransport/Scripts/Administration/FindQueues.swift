/// Looks for the names of queues, a page of the database's keys at a time.
struct FindQueues: RedisScript {
    let cursor: ScanCursor

    static let text = ScriptText(
        arguments: ["cursor"],
        """
        local page = redis.call('SCAN', cursor, 'COUNT', 1000)
        local out = {page[1]}
        for _, key in ipairs(page[2]) do
            local start = string.sub(key, 1, 3)
            if start == 'tq:' then
                out[#out + 1] = string.match(key, '^\(RedisKeys.servedPrefix)(.+)$')
                    or string.match(key, '^\(RedisKeys.delayedPrefix)(.+)$')
                    or string.match(key, '^\(RedisKeys.deadPrefix)(.+)$')
                    or string.match(key, '^\(RedisKeys.suspectsPrefix)(.+)$')
                    or string.match(key, '^\(RedisKeys.arrivedPrefix)(.+)$')
            elseif string.sub(key, 1, \(RedisKeys.bindingPrefix.utf8.count)) == '\(RedisKeys.bindingPrefix)' then
                local members = redis.pcall('SMEMBERS', key)
                for _, member in ipairs(members) do
                    out[#out + 1] = string.match(member, '\\006\\022([^\\006]+)$')
                end
            elseif string.sub(key, 1, \(RedisKeys.resultPrefix.utf8.count)) ~= '\(RedisKeys.resultPrefix)'
                and redis.call('TYPE', key).ok == 'list' then
                local next = redis.call('LINDEX', key, -1)
                if string.sub(next, 1, 1) == '{' and string.find(next, '"properties"', 1, true) then
                    out[#out + 1] = string.match(key, '^(.*)\\006\\022%d$') or key
                end
            end
        end
        return out
        """
    )

    var keys: [String] { [] }

    func addArguments(to command: inout RedisCommand) { command.add(cursor.text) }

    /// The next cursor, 0 at the end, and names, some more than once: from Kombu's bindings, from our own keys,
    /// and from lists whose next element is a message.
    func answer(_ reply: RedisReply) -> (cursor: String?, names: ArraySlice<String>) {
        let page = reply.elements.compactMap(\.text)
        return (page.first, page.dropFirst())
    }
}
