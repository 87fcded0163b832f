import TaskQueue
import Testing

extension BrokerClause {
    /// What a message may hold.
    static let contents = [
        BrokerClause("a body of 5 MB comes back to the byte") { store in
            let broker = try store.broker()
            let body = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
            try broker.send([.sample(body: body)])
            let delivery = try broker.receiveOne()
            let isWhole = try delivery.message().body == body
            #expect(isWhole)
            #expect(try broker.requeue([RequeuedTask(delivery)]).isEmpty)
            let isWholeAgain = try broker.receiveOne().message().body == body
            #expect(isWholeAgain)
        },
        BrokerClause("a body of any bytes comes back, also of none") { store in
            let broker = try store.broker()
            let bodies: [[UInt8]] = [
                Array(0...255), [], [0], Array("\r\n\"\\".utf8), [0xFF, 0xC0],
            ]
            try broker.send(bodies.map { .sample(body: $0) })
            let deliveries = try broker.receive(from: [.celery], upTo: 10)
            #expect(try deliveries.map { try $0.message().body } == bodies)
        },
        BrokerClause("headers, properties and content type come back as they were") { store in
            let broker = try store.broker()
            var message = OutgoingMessage.sample(id: TaskID("grüße 👋 \"x\" \\ 'y'"))
            let headers =
                #"{"id":"x","big":18446744073709551616,"a":1e400,"u":"\ud83d\ude00 é\u0000"}"#
            message.message.headers = JSONText(wellFormed: Array(headers.utf8))
            message.message.contentType = "application/x-python-serialize"
            try broker.send([message])
            let found = try broker.receiveOne().message()
            if store.habits.keepsHeadersToTheByte {
                #expect(found.headers == message.message.headers)
                #expect(found.properties == message.message.properties)
            }
            for key in ["id", "u"] {
                #expect(
                    found.headers[key: key]?.string == message.message.headers[key: key]?.string
                )
            }
            #expect(found.contentType == "application/x-python-serialize")
        },
        BrokerClause("the name of a queue may be any text") { store in
            let broker = try store.broker()
            for name in ["grüße 日本 👋", "a b", #""q" \ 'r' ; DROP TABLE tasks; --"#, "*?[x]{1}:%s"] {
                let queue = try QueueName.named(name)
                let message = OutgoingMessage.sample(queue, priority: 3)
                try broker.send([message])
                let delivery = try broker.receiveOne(from: queue)
                #expect(delivery.queue == queue)
                #expect(try broker.requeue([RequeuedTask(delivery, priority: 3)]).isEmpty)
                #expect(try broker.receiveIDs(from: [queue]) == [message.id])
            }
        },
    ]
}
