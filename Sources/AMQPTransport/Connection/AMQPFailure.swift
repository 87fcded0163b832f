internal import CRabbitMQ
internal import TaskQueue

/// Why something could not be done over a connection.
struct AMQPFailure: Error {
    /// AMQP's reply codes that we tell apart.
    enum Code {
        static let accessRefused = 403
        static let notFound = 404
        static let resourceLocked = 405
        static let preconditionFailed = 406
        static let notAllowed = 530
    }

    enum Kind {
        case noLibrary, broken, channelClosed, connectionClosed
    }

    let kind: Kind
    /// AMQP's reply code where the server has closed something, else a status of the library's.
    let code: Int
    let text: String

    init(_ error: tq_amqp_error) {
        kind =
            switch error.kind {
            case TQ_AMQP_NO_LIBRARY: .noLibrary
            case TQ_AMQP_CHANNEL_CLOSED: .channelClosed
            case TQ_AMQP_CONNECTION_CLOSED: .connectionClosed
            default: .broken
            }
        code = Int(error.code)
        text = withUnsafeBytes(of: error.text) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    /// The server says nothing.
    init(silence text: String) { (kind, code, self.text) = (.broken, 0, text) }

    /// Nothing was sent: the message has something that AMQP cannot hold.
    var isUnfit: Bool {
        kind == .broken
            && [AMQP_STATUS_BAD_AMQP_DATA, AMQP_STATUS_TABLE_TOO_BIG].contains {
                $0.rawValue == Int32(truncatingIfNeeded: code)
            }
    }

    /// What was asked for is not there, or on a node of a cluster that is down.
    var isNotFound: Bool { kind == .channelClosed && code == Code.notFound }

    /// It is on a node that is down: "home node 'a@h' of durable queue 'q' in vhost '/' is down or inaccessible".
    var isOfMissingNode: Bool { isNotFound && text.contains("home node") }

    /// The same, with which the connection is of no use any more.
    var breaking: AMQPFailure { kind == .channelClosed ? AMQPFailure(silence: text) : self }

    /// While connecting.
    func whileConnecting(to url: String, vhost: String) -> BrokerError {
        switch (kind, code) {
        case (.noLibrary, _):
            .unusable(
                url: url,
                reason: "librabbitmq is not there: install it (Debian: librabbitmq4): \(text)"
            )
        case (.connectionClosed, Code.accessRefused): .refusedCredentials(url: url, reason: text)
        case (.connectionClosed, Code.notAllowed) where text.contains("limit"):
            .refused(url: url, reason: text)
        case (.connectionClosed, Code.notAllowed), (.connectionClosed, Code.notFound):
            .unusable(url: url, reason: "its vhost \(vhost) is not there, or not for this user")
        default: .unreachable(url: url, reason: text)
        }
    }

    /// Over a connection that was there.
    func afterwards(_ url: String) -> BrokerError {
        switch (kind, code) {
        case (.channelClosed, Code.accessRefused): .refusedCredentials(url: url, reason: text)
        case (.channelClosed, Code.resourceLocked): .refused(url: url, reason: text)
        case (.channelClosed, _): .unusable(url: url, reason: text)
        case (.broken, _) where isUnfit:
            .unusable(url: url, reason: "it cannot hold the message: \(text)")
        case (.connectionClosed, _):
            .connectionLost(url: url, reason: "the server closed it: \(text)")
        case (.broken, _), (.noLibrary, _): .connectionLost(url: url, reason: text)
        }
    }
}
