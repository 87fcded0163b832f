/// Tells the sendings of one id from each other, where senders name the id themselves.
///
/// It stands in a header that Celery ignores and keeps: `tq_sending`, a text that is another each time. What
/// tries the task again has that of the task. The outcome of an id is that of its latest sending: what
/// came of those before is forgotten when it is sent, and not stored if it comes later.
package enum NamedSending {
    package static let header = "tq_sending"
}

extension RawMessage {
    /// Which sending of its id the message is; `nil` if its sender did not name the id, or it cannot be read.
    package var namedSending: String? {
        hasOwnHeaders ? headers?[key: NamedSending.header]?.string : nil
    }
}
