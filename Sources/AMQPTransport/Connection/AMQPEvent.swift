internal import CRabbitMQ
internal import TaskQueue

/// What a server says by itself.
enum AMQPEvent {
    /// A message of a consumer.
    case delivered(Delivered)
    /// Messages that were published are stored: that one, or all up to it.
    case confirmed(UInt64, isMultiple: Bool)
    /// … are not stored.
    case refused(UInt64, isMultiple: Bool)
    /// No queue takes a message: its routing key.
    case returned(key: String)
    /// A consumer was stopped: its queue is gone.
    case cancelled(consumer: String)
    /// No messages are taken for now, and why.
    case blocked(String)
    case unblocked
    /// What was told to the channel for taking is done, and all has come that was let through before.
    case committed
    /// The first message of a queue; or there was none.
    case fetched(Delivered)
    case empty
    case other

    struct Delivered {
        let tag: UInt64
        /// Empty if it was fetched.
        let consumer: String
        let content: RawMessage
        /// The id of the task, as the message's properties have it, and which sending of it that is
        /// (``NamedSending``); may be empty.
        let id: String
        let count: LossCount
        /// Of one that was fetched: why the server has taken it off its queue; `nil`: it says nothing of that.
        let death: String?

        init(_ event: tq_amqp_event) {
            tag = event.tag
            consumer = String(amqp: event.consumer)
            content = RawMessage(event)
            let properties = event.message.properties
            let flag = amqp_flags_t(UInt32(bitPattern: AMQP_BASIC_CORRELATION_ID_FLAG))
            let task = properties._flags & flag == 0 ? "" : String(amqp: properties.correlation_id)
            id = content.namedSending.map { "\(task).\($0)" } ?? task
            count = LossCount(event)
            death = event.kind == TQ_AMQP_GOT ? ServerDeath.reason(properties) : nil
        }
    }

    init(_ event: tq_amqp_event) {
        switch event.kind {
        case TQ_AMQP_DELIVERED: self = .delivered(Delivered(event))
        case TQ_AMQP_CONFIRMED: self = .confirmed(event.tag, isMultiple: event.is_multiple)
        case TQ_AMQP_REFUSED: self = .refused(event.tag, isMultiple: event.is_multiple)
        case TQ_AMQP_RETURNED: self = .returned(key: String(amqp: event.key))
        case TQ_AMQP_CANCELLED: self = .cancelled(consumer: String(amqp: event.consumer))
        case TQ_AMQP_BLOCKED: self = .blocked(String(amqp: event.text))
        case TQ_AMQP_UNBLOCKED: self = .unblocked
        case TQ_AMQP_GOT: self = .fetched(Delivered(event))
        case TQ_AMQP_EMPTY: self = .empty
        case TQ_AMQP_COMMITTED: self = .committed
        default: self = .other
        }
    }
}
