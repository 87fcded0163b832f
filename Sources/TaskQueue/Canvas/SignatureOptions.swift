/// What a signature's options say of the message that is sent for it, as Celery's `apply_async` takes them.
///
/// Of a task that runs in the place of another, an option that is not honoured is refused: none is passed over
/// without a word, but those that only say how the bytes of the message look. In a workflow Celery puts many more
/// there, and says that unknown ones are to be passed over.
struct SignatureOptions {
    /// What any sender may say; where it says nothing of them, queue, priority, and whether the result is
    /// stored are those of the task before, whose id is the only one that it can name.
    var task = TaskOptions()
    var retries = 0
    var shadow: String?
    var replyTo: String?
    /// Texts in place of those made of the arguments.
    var argsRepr: String?
    var kwargsRepr: String?
    /// Headers beside those of the protocol.
    var headers: [(key: String, value: JSONText)] = []
    /// Names of the stamps: an array; `nil`: those of the task before, with their values.
    var stampedHeaders: JSONText?
    /// Values of the stamps: an object.
    var stamps = JSONText.emptyObject
    /// Signatures, to be followed by those of the task before.
    var links: [JSONText] = []
    var errorLinks: [JSONText] = []
    /// Whether options that are not known are passed over.
    let isLenient: Bool

    /// Reads options: an object.
    ///
    /// - Parameters:
    ///   - options: of a signature.
    ///   - isLenient: whether it is part of a workflow; if not, it runs in the place of another task.
    /// - Throws: ``SignatureProblem`` for what is not understood.
    init(_ options: JSONText, isLenient: Bool = false) throws(SignatureProblem) {
        self.isLenient = isLenient
        let stamps = try Self.stampNames(options)
        var values: [(key: String, value: JSONText)] = []
        for (key, value) in options.members ?? [] {
            if stamps.contains(key) {
                values.append((key, value))
            } else if value != .null {
                try read(key, value)
            }
        }
        if !values.isEmpty { self.stamps = Self.object(values) }
        try readPlace(options)
    }

    /// Names of the options that are values of stamps.
    private static func stampNames(_ options: JSONText) throws(SignatureProblem) -> Set<String> {
        guard let names = options[key: "stamped_headers"], names != .null else { return [] }
        guard let texts = names.elements?.map(\.string), !texts.contains(nil) else {
            throw SignatureProblem("stamped_headers", "an array of names")
        }
        return Set(texts.compactMap(\.self))
    }

    private static func object(_ members: [(key: String, value: JSONText)]) -> JSONText {
        var writer = JSONWriter()
        writer.beginObject()
        for (key, value) in members {
            writer.key(key)
            writer.value(value)
        }
        writer.endObject()
        return JSONText(wellFormed: writer.bytes)
    }
}
