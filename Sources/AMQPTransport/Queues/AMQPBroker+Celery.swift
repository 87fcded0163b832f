package import TaskQueue

extension AMQPBroker: CeleryControl {
    package func tellCelery(_ command: Message) throws(BrokerError) {
        let exchange = CeleryBroadcast.exchange
        let isThere = try reporting { () throws(AMQPFailure) in
            guard try connection.hasExchange(exchange) else { return false }
            if !connection.isOpen(.publishing) { confirms.restart() }
            try connection.publish(
                AMQPMessage(command),
                to: exchange,
                key: "",
                over: .publishing,
                mandatory: false
            )
            confirms.publish()
            return true
        }
        if isThere { try awaitConfirms(downTo: 0) }
    }
}
