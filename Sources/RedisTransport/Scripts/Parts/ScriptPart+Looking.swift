/// How scripts look at messages.
extension ScriptPart {
    /// An envelope without its body, which may be large; empty if the rest is large too.
    ///
    ///     slim(envelope)
    static let slim = ScriptPart(
        #"""
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
    )
}
