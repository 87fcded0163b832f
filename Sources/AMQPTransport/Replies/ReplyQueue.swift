internal import TaskQueue

extension AMQPConnection {
    /// Declares the queue that results are sent to with `rpc://` (`celery-wire`, section 10.5).
    ///
    /// Celery's goes with its connection, and all that is in it. This one is there when the connection is back.
    func declareReplies(_ address: ReplyAddress) throws(AMQPFailure) {
        try declareQueue(
            address.queue,
            arguments: [("x-expires", .number(60 * 60 * 1000))]
        )
    }
}

extension AMQPBroker {
    /// The result of a task on its way to its sender; `nil`: the sender wants none, or there is none.
    static func reply(_ result: StoredResult?, to delivery: Delivery) -> Parcel? {
        guard let result, let message = try? delivery.message() else { return nil }
        return reply(result, to: message)
    }

    static func reply(_ result: StoredResult, to task: Message) -> Parcel? {
        let properties = task.properties
        guard let address = properties[key: "reply_to"]?.string, !address.isEmpty,
            let queue = QueueName(address)
        else { return nil }
        let correlation = properties[key: "correlation_id"] ?? JSONText(string: result.id.text)
        let message = Message(
            headers: .emptyObject,
            properties: JSONText.emptyObject.setting([("correlation_id", correlation)]),
            body: result.json
        )
        var parcel = Parcel(message, queue, nil)
        parcel.isOptional = true
        return parcel
    }
}
