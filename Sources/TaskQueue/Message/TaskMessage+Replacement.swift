/// The parts of the message of a task that runs in the place of another.
extension TaskMessage {
    /// Headers: nothing of the task before but where it belongs, and what its sender added.
    func headers(
        of signature: Signature,
        _ options: SignatureOptions,
        eta: Timestamp?,
        expires: Timestamp?
    ) -> [(key: String, value: JSONText)] {
        let nesting = headers[key: "replaced_task_nesting"]?.integer ?? 0
        let argsRepr = options.argsRepr ?? PythonText.tuple(signature.args)
        let kwargsRepr = options.kwargsRepr ?? PythonText.value(signature.kwargs)
        var new: [(key: String, value: JSONText)] = [
            ("task", JSONText(string: signature.task.text)),
            ("shadow", .text(options.shadow)),
            ("retries", .number(options.retries)),
            ("eta", .text(eta?.iso8601)),
            ("expires", .text(expires?.iso8601)),
            ("timelimit", options.task.shared.timeLimits.json),
            ("max_retries", options.task.shared.maxRetries.map { .number($0) } ?? .null),
            ("parent_id", JSONText(string: (options.task.shared.parentID ?? id).text)),
            ("argsrepr", JSONText(string: argsRepr)),
            ("kwargsrepr", JSONText(string: kwargsRepr)),
            // Any client may write the header.
            ("replaced_task_nesting", .number(min(max(nesting, 0), Int(Int32.max) - 1) + 1)),
            ("compression", .null),
            ("tq_losses", .number(0)),
        ]
        if let ignores = options.task.ignoresResult {
            new.append(("ignore_result", .boolean(ignores)))
        }
        if let names = options.stampedHeaders {
            new += [("stamped_headers", names), ("stamps", options.stamps)]
        }
        return new
    }

    func properties(
        of options: SignatureOptions,
        queue: QueueName,
        expires: Timestamp?,
        now: Timestamp
    ) -> [(key: String, value: JSONText)] {
        let milliseconds = expires.map { max(($0 - now).microseconds / 1000, 0) }
        let place = (properties[key: "delivery_info"] ?? .emptyObject)
        let info = (place.kind == .object ? place : .emptyObject).setting([
            ("exchange", JSONText(string: "")), ("routing_key", JSONText(string: queue.text)),
            ("redelivered", .boolean(false)),
        ])
        var new: [(key: String, value: JSONText)] = [
            ("delivery_info", info), ("priority", .number(options.task.priority ?? priority)),
            ("expiration", .text(milliseconds.map { String($0) })),
        ]
        if let replyTo = options.replyTo { new.append(("reply_to", JSONText(string: replyTo))) }
        return new
    }

    /// What is to follow: the signature's own callbacks, and then those of the task before.
    func embed(adding options: SignatureOptions) -> JSONText {
        guard !options.links.isEmpty || !options.errorLinks.isEmpty else { return embed }
        let own = embed.kind == .object ? embed : .emptyObject
        func joined(_ links: [JSONText], _ key: String) -> JSONText {
            let before = own[key: key] ?? .null
            let former = before.elements ?? (before == .null ? [] : [before])
            var writer = JSONWriter()
            writer.beginArray()
            for link in links + former.filter({ !links.contains($0) }) { writer.value(link) }
            writer.endArray()
            return JSONText(wellFormed: writer.bytes)
        }
        var new: [(key: String, value: JSONText)] = []
        if !options.links.isEmpty { new.append(("callbacks", joined(options.links, "callbacks"))) }
        if !options.errorLinks.isEmpty {
            new.append(("errbacks", joined(options.errorLinks, "errbacks")))
        }
        return own.setting(new)
    }
}

extension TimeLimits {
    /// As the header has it.
    fileprivate var json: JSONText {
        var writer = JSONWriter()
        writer.beginArray()
        writer.value(hard)
        writer.value(soft)
        writer.endArray()
        return JSONText(wellFormed: writer.bytes)
    }
}
