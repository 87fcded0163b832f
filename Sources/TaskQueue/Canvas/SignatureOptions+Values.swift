/// Values of options.
extension SignatureOptions {
    static func checked<Value>(
        _ value: Value?,
        _ key: String,
        _ expected: String
    ) throws(SignatureProblem) -> Value {
        guard let value else { throw SignatureProblem(key, expected) }
        return value
    }

    static func text(_ value: JSONText, _ key: String) throws(SignatureProblem) -> String {
        try checked(value.string ?? KombuValue.text(value), key, "a text")
    }

    static func count(_ value: JSONText, _ key: String) throws(SignatureProblem) -> Int {
        let number = value.integer.flatMap { (0...Int(Int32.max)).contains($0) ? $0 : nil }
        return try checked(number, key, "a whole number from 0 to \(Int32.max)")
    }

    static func limit(_ value: JSONText, _ key: String) throws(SignatureProblem) -> Double? {
        let length = try checked(length(value), key, "a number of seconds")
        return TimeLimits(hard: length, soft: nil).hard
    }

    static func length(_ value: JSONText) -> Duration? {
        value.double.flatMap { try? DurationText.parse(seconds: $0) }
    }

    static func time(_ value: JSONText) -> Timestamp? {
        (value.string ?? KombuValue.datetime(value)).flatMap { Timestamp(iso8601: $0) }
    }

    /// One signature or several; what they say is looked at when they are run.
    static func signatures(
        _ value: JSONText,
        _ key: String
    ) throws(SignatureProblem) -> [JSONText] {
        let signatures = value.elements ?? [value]
        guard signatures.allSatisfy({ Signature($0) != nil }) else {
            throw SignatureProblem(key, "a signature, or an array of them")
        }
        return signatures
    }

    static func headers(
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
