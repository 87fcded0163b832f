/// How scripts see that a command cannot be done.
extension ScriptPart {
    /// The error that a command answered, with its name and key; `nil` if it answered none.
    ///
    ///     refusal(reply, command, key)
    static let refusal = ScriptPart(
        """
        local function refusal(reply, command, key)
            if type(reply) == 'table' and reply.err then
                return redis.error_reply(reply.err .. ' (' .. command .. ' ' .. key .. ')')
            end
        end
        """
    )

    /// The error of a key that is there and of another type; `nil` if it is not.
    ///
    /// What a script has written stays when it fails: so what could fail is looked at first.
    ///
    ///     misfit(key, type)
    static let misfit = ScriptPart(
        """
        local function misfit(key, wanted)
            local answer = redis.pcall('TYPE', key)
            local kind = answer.ok
            if answer.err then return answer end
            if kind ~= 'none' and kind ~= wanted then
                return redis.error_reply('WRONGTYPE ' .. key .. ' is a ' .. kind)
            end
        end
        """
    )
}
