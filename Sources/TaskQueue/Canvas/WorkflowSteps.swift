/// What is to follow a task: the `embed` of its message (`celery-wire`, section 3.2).
struct WorkflowSteps {
    /// Signatures; those of a chain in reverse: the last runs next.
    let callbacks: [JSONText]
    let errbacks: [JSONText]
    let chain: [JSONText]
    /// The body of the chord in whose header the task is.
    let chord: JSONText?

    /// The `embed` of a message without any, as Celery writes it, and as ``MessageTemplate`` does.
    private static let none: [[UInt8]] = [
        Array(#"{"callbacks": null, "errbacks": null, "chain": null, "chord": null}"#.utf8),
        Array(#"{"callbacks":null,"errbacks":null,"chain":null,"chord":null}"#.utf8),
    ]

    /// - Returns: `nil` if nothing is to follow.
    init?(_ embed: JSONText) {
        guard !Self.none.contains(embed.bytes), let fields = try? JSONFields(embed.bytes) else {
            return nil
        }
        func list(_ name: StaticString) -> [JSONText] {
            guard let value = fields[name], KombuValue.isTrue(value) else { return [] }
            return value.elements ?? [value]
        }
        callbacks = list("callbacks")
        errbacks = list("errbacks")
        chain = list("chain")
        chord = fields["chord"].flatMap { KombuValue.isTrue($0) ? $0 : nil }
        if callbacks.isEmpty, errbacks.isEmpty, chain.isEmpty, chord == nil { return nil }
    }

    /// The `embed` of a message, as Celery writes it.
    ///
    /// - Returns: `nil` if nothing is to follow.
    static func embed(
        callbacks: [JSONText],
        errbacks: [JSONText],
        chain: [JSONText],
        chord: JSONText?
    ) -> JSONText? {
        guard !callbacks.isEmpty || !errbacks.isEmpty || !chain.isEmpty || chord != nil else {
            return nil
        }
        func list(_ signatures: [JSONText]) -> JSONText {
            signatures.isEmpty ? .null : JSONText(array: signatures)
        }
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("callbacks", list(callbacks))
        writer.field("errbacks", list(errbacks))
        writer.field("chain", list(chain))
        writer.field("chord", chord ?? .null)
        writer.endObject()
        return JSONText(wellFormed: writer.bytes)
    }
}

extension TaskMessage {
    /// What is to follow; `nil`: nothing.
    var steps: WorkflowSteps? { WorkflowSteps(embed) }

    /// Its place in its group; `nil`: it has none.
    var groupIndex: Int? { headers[key: "group_index"]?.integer }
}
