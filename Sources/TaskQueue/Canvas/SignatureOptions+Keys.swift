/// Options by their names.
extension SignatureOptions {
    /// What `replace` sets itself, and what only says how a message is written or sent.
    private static let withoutMeaning: Set<String> = [
        "add_to_parent", "compression", "delivery_mode", "group_id", "group_index",
        "replaced_task_nesting", "retry", "retry_policy", "root_id", "serializer",
        "stamped_headers",
    ]

    mutating func read(_ key: String, _ value: JSONText) throws(SignatureProblem) {
        switch key {
        case "queue", "routing_key", "exchange": break
        case "countdown", "eta": try readStart(key, value)
        case "expires":
            let length = value.kind == .number ? Self.length(value) : nil
            task.expires = try Self.checked(
                length.map { SendingTime.after($0) }
                    ?? Self.time(value).map { SendingTime.at($0) },
                key,
                "a number of seconds or a time"
            )
        case "priority":
            let number = value.integer.flatMap { TaskOptions.priorities.contains($0) ? $0 : nil }
            task.priority = try Self.checked(number, key, "a whole number from 0 to 9")
        case "time_limit": task.shared.timeLimits.hard = try Self.limit(value, key)
        case "soft_time_limit": task.shared.timeLimits.soft = try Self.limit(value, key)
        case "retries": retries = try Self.count(value, key)
        case "max_retries": task.shared.maxRetries = try Self.count(value, key)
        case "ignore_result": task.ignoresResult = KombuValue.isTrue(value)
        case "shadow": shadow = try Self.text(value, key)
        case "reply_to": replyTo = try Self.text(value, key)
        case "parent_id": task.shared.parentID = TaskID(try Self.text(value, key))
        case "argsrepr": argsRepr = try Self.text(value, key)
        case "kwargsrepr": kwargsRepr = try Self.text(value, key)
        case "headers": headers = try Self.headers(value)
        case "link": links = try Self.signatures(value, key)
        case "link_error": errorLinks = try Self.signatures(value, key)
        case "task_id": task.id = TaskID(try Self.text(value, key))
        default: try readOther(key, value)
        }
    }

    private mutating func readOther(_ key: String, _ value: JSONText) throws(SignatureProblem) {
        if key == "stamped_headers" { stampedHeaders = value }
        if key == "stamps" {
            stamps = try Self.checked(value.kind == .object ? value : nil, key, "an object")
        }
        guard isLenient || key == "stamps" || Self.withoutMeaning.contains(key) else {
            throw SignatureProblem("its option \(ForeignText.quoted(key)) is not known")
        }
    }

    private mutating func readStart(_ key: String, _ value: JSONText) throws(SignatureProblem) {
        if key == "countdown" {
            // As with Celery, it goes before an ETA; a countdown of zero is no countdown.
            let length = try Self.checked(Self.length(value), key, "a number of seconds")
            if length > .zero { task.eta = .after(length) }
        } else {
            let time = try Self.checked(Self.time(value), key, "a time")
            if case .after = task.eta { return }
            task.eta = .at(time)
        }
    }

    /// The queue: on its own, or by the routing key that names it in Celery's default exchange.
    mutating func readPlace(_ options: JSONText) throws(SignatureProblem) {
        func name(_ key: String) throws(SignatureProblem) -> QueueName? {
            guard let value = options[key: key], value != .null, value.string != "" else {
                return nil
            }
            return try Self.checked(value.string.flatMap(QueueName.init), key, "a queue's name")
        }
        let names = try (queue: name("queue"), key: name("routing_key"), exchange: name("exchange"))
        task.queue = names.queue ?? names.key
        guard names.key == nil || names.key == task.queue else {
            throw SignatureProblem("routing_key", "the name of the queue that is named beside it")
        }
        guard names.exchange == nil || names.exchange == task.queue else {
            throw SignatureProblem("exchange", "Celery's default one")
        }
    }
}
