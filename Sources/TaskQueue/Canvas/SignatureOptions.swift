/// What a signature's options say of the message that is sent for it, as Celery's `apply_async` takes them.
///
/// An option that is not honoured is refused: none is passed over without a word, but those that only say
/// how the bytes of the message look.
struct SignatureOptions {
    var queue: QueueName?
    var eta: SendingTime?
    /// Not after; `nil`: at any time.
    var expires: SendingTime?
    /// 0 to 9; `nil`: that of the task before.
    var priority: Int?
    var timeLimits = TimeLimits.none
    var retries = 0
    var maxRetries: Int?
    /// `nil`: as the task before.
    var ignoresResult: Bool?
    var shadow: String?
    var replyTo: String?
    var parentID: String?
    /// It can only be the id of the task before.
    var taskID: String?
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

    /// Reads the options of a task that runs in the place of another: an object.
    ///
    /// - Throws: ``SignatureProblem`` for what is not understood.
    init(_ options: JSONText) throws(SignatureProblem) {
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

/// What is wrong with a signature.
struct SignatureProblem: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    /// An option that is not what it has to be.
    init(_ option: String, _ expected: String) {
        self.init("its option \(ForeignText.quoted(option)) is not \(expected)")
    }
}

// MARK: - Options by name

extension SignatureOptions {
    /// What `replace` sets itself, and what only says how a message is written or sent.
    private static let withoutMeaning: Set<String> = [
        "add_to_parent", "compression", "delivery_mode", "group_id", "group_index",
        "replaced_task_nesting", "retry", "retry_policy", "root_id", "serializer",
        "stamped_headers",
    ]

    private mutating func read(_ key: String, _ value: JSONText) throws(SignatureProblem) {
        switch key {
        case "queue", "routing_key", "exchange": break
        case "countdown", "eta": try readStart(key, value)
        case "expires":
            let length = value.kind == .number ? Self.length(value) : nil
            expires = try Self.checked(
                length.map { SendingTime.after($0) }
                    ?? Self.time(value).map { SendingTime.at($0) },
                key,
                "a number of seconds or a time"
            )
        case "priority":
            let number = value.integer.flatMap { (0...9).contains($0) ? $0 : nil }
            priority = try Self.checked(number, key, "a whole number from 0 to 9")
        case "time_limit": timeLimits.hard = try Self.limit(value, key)
        case "soft_time_limit": timeLimits.soft = try Self.limit(value, key)
        case "retries": retries = try Self.count(value, key)
        case "max_retries": maxRetries = try Self.count(value, key)
        case "ignore_result": ignoresResult = KombuValue.isTrue(value)
        case "shadow": shadow = try Self.text(value, key)
        case "reply_to": replyTo = try Self.text(value, key)
        case "parent_id": parentID = try Self.text(value, key)
        case "argsrepr": argsRepr = try Self.text(value, key)
        case "kwargsrepr": kwargsRepr = try Self.text(value, key)
        case "headers": headers = try Self.headers(value)
        case "link": links = try Self.signatures(value, key)
        case "link_error": errorLinks = try Self.signatures(value, key)
        case "task_id": taskID = try Self.text(value, key)
        default: try readOther(key, value)
        }
    }

    private mutating func readOther(_ key: String, _ value: JSONText) throws(SignatureProblem) {
        if key == "stamped_headers" { stampedHeaders = value }
        if key == "stamps" {
            stamps = try Self.checked(value.kind == .object ? value : nil, key, "an object")
        }
        guard key == "stamps" || Self.withoutMeaning.contains(key) else {
            throw SignatureProblem("its option \(ForeignText.quoted(key)) is not known")
        }
    }

    private mutating func readStart(_ key: String, _ value: JSONText) throws(SignatureProblem) {
        if key == "countdown" {
            // As with Celery, it goes before an ETA; a countdown of zero is none.
            let length = try Self.checked(Self.length(value), key, "a number of seconds")
            if length > .zero { eta = .after(length) }
        } else {
            let time = try Self.checked(Self.time(value), key, "a time")
            if case .after = eta { return }
            eta = .at(time)
        }
    }

    /// The queue: on its own, or by the routing key that names it in Celery's default exchange.
    private mutating func readPlace(_ options: JSONText) throws(SignatureProblem) {
        func name(_ key: String) throws(SignatureProblem) -> QueueName? {
            guard let value = options[key: key], value != .null, value.string != "" else {
                return nil
            }
            return try Self.checked(value.string.flatMap(QueueName.init), key, "a queue's name")
        }
        let names = try (queue: name("queue"), key: name("routing_key"), exchange: name("exchange"))
        queue = names.queue ?? names.key
        guard names.key == nil || names.key == queue else {
            throw SignatureProblem("routing_key", "the name of the queue that is named beside it")
        }
        guard names.exchange == nil || names.exchange == queue else {
            throw SignatureProblem("exchange", "Celery's default one")
        }
    }
}

// MARK: - Values

extension SignatureOptions {
    private static func checked<Value>(
        _ value: Value?,
        _ key: String,
        _ expected: String
    ) throws(SignatureProblem) -> Value {
        guard let value else { throw SignatureProblem(key, expected) }
        return value
    }

    private static func text(_ value: JSONText, _ key: String) throws(SignatureProblem) -> String {
        try checked(value.string ?? KombuValue.text(value), key, "a text")
    }

    private static func count(_ value: JSONText, _ key: String) throws(SignatureProblem) -> Int {
        let number = value.integer.flatMap { (0...Int(Int32.max)).contains($0) ? $0 : nil }
        return try checked(number, key, "a whole number from 0 to \(Int32.max)")
    }

    private static func limit(_ value: JSONText, _ key: String) throws(SignatureProblem) -> Double?
    {
        let length = try checked(length(value), key, "a number of seconds")
        return TimeLimits(hard: length, soft: nil).hard
    }

    private static func length(_ value: JSONText) -> Duration? {
        value.double.flatMap { try? DurationText.parse(seconds: $0) }
    }

    private static func time(_ value: JSONText) -> Timestamp? {
        (value.string ?? KombuValue.datetime(value)).flatMap { Timestamp(iso8601: $0) }
    }

    /// One signature or several; what they say is looked at when they are run.
    private static func signatures(
        _ value: JSONText,
        _ key: String
    ) throws(SignatureProblem) -> [JSONText] {
        let signatures = value.elements ?? [value]
        guard signatures.allSatisfy({ Signature($0) != nil }) else {
            throw SignatureProblem(key, "a signature, or an array of them")
        }
        return signatures
    }

    private static func headers(
        _ value: JSONText
    ) throws(SignatureProblem) -> [(key: String, value: JSONText)] {
        let members = try checked(value.members, "headers", "an object")
        for (key, _) in members where protocolHeaders.contains(key) {
            throw SignatureProblem("headers", "without \(key), which is a header of the protocol")
        }
        return members
    }

    /// Headers of task protocol 2, and our own.
    private static let protocolHeaders: Set<String> = [
        "lang", "task", "id", "shadow", "eta", "expires", "group", "group_index", "retries",
        "timelimit", "root_id", "parent_id", "argsrepr", "kwargsrepr", "origin", "ignore_result",
        "replaced_task_nesting", "stamped_headers", "stamps", "compression", "max_retries",
        "tq_losses", NamedSending.header, UniqueHold.keyHeader, UniqueHold.lifetimeHeader,
    ]
}
