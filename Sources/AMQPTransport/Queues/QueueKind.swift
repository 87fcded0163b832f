internal import TaskQueue

/// What kind of queue another program has declared.
///
/// AMQP has no question for that, but the server says why a declaration does not fit.
struct QueueKind {
    private static let typeArgument = "x-queue-type"
    /// Those that a queue can have are fewer.
    private static let mostArguments = 20

    /// Arguments that fit, as far as they are known.
    private var arguments: [(key: String, value: JSONText)] = []

    /// Whether a queue that is there is a quorum queue.
    static func isQuorum(
        _ queue: String,
        _ connection: AMQPConnection
    ) throws(AMQPFailure) -> Bool {
        var kind = QueueKind()
        for _ in 0..<mostArguments {
            do throws(AMQPFailure) {
                try connection.declareQueue(queue, arguments: kind.arguments)
                return false
            } catch {
                guard error.code == AMQPFailure.Code.preconditionFailed,
                    let complaint = Complaint(error.text)
                else { throw error }
                if complaint.argument == typeArgument { return complaint.value == "quorum" }
                guard kind.learn(complaint) else { return false }
            }
        }
        return false
    }

    /// - Returns: whether that is something new.
    private mutating func learn(_ complaint: Complaint) -> Bool {
        guard let value = complaint.json,
            !arguments.contains(where: { $0.key == complaint.argument })
        else { return false }
        arguments.append((complaint.argument, value))
        return true
    }
}

/// What the server says of a declaration that does not fit.
///
/// As in `PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue 'q' in vhost '/': received none but current is
/// the value '5000' of type 'signedint'`.
private struct Complaint {
    let argument: String
    /// `nil`: the queue has none.
    let value: String?
    private let type: String?

    init?(_ text: String) {
        let quoted = text.split(separator: "'", omittingEmptySubsequences: false)
        guard text.contains("inequivalent arg"), quoted.count > 1 else { return nil }
        argument = String(quoted[1])
        guard let start = text.firstRange(of: "but current is the value '") else {
            (value, type) = (nil, nil)
            return
        }
        let rest = text[start.upperBound...].split(separator: "'", omittingEmptySubsequences: false)
        value = rest.first.map(String.init)
        type = rest.count > 2 ? String(rest[2]) : nil
    }

    var json: JSONText? {
        guard let value else { return nil }
        return type == "longstr" ? JSONText(string: value) : Int(value).map { .number($0) }
    }
}
