internal import Glibc

/// Opening the way to the broker.
extension Worker {
    /// Opens the way to the broker.
    ///
    /// - Returns: the consumer, and why the broker refuses to work, if it does; `nil`: during the wait there was
    ///   an order to stop.
    func openConsumer(
        _ held: HeldTags,
        _ orders: any WorkerOrderSource
    ) throws(BrokerError) -> (Consumer, ConsumerReport?)? {
        var delay = ReconnectDelay()
        while true {
            let consumer = try makeConsumer(held)
            do throws(BrokerError) {
                // A worker that waits for it later reports it at once.
                let patience = state.limits.waitsForBroker ? .zero : startPatience
                var stop: WorkerOrder?
                let opening = try consumer.open(within: patience, orders: orders.descriptor) {
                    stop = nextStop(orders)
                    return stop != nil
                }
                switch opening {
                case .open:
                    if hasLostBroker { report(.brokerIsBack) }
                    hasLostBroker = false
                    return (consumer, nil)
                case .refused(let refusal): return (consumer, refusal)
                case .stopped:
                    consumer.abandon()
                    report(.stopping(.order(warm: stop != .stopAtOnce), running: 0))
                    return nil
                }
            } catch {
                consumer.abandon()
                guard state.limits.waitsForBroker, error.mayPass else { throw error }
                hasLostBroker = true
                let pause = delay.next()
                report(.brokerFailed(error, retryIn: pause))
                if isStopped(by: orders, until: .now + pause) { return nil }
            }
        }
    }

    func makeConsumer(_ held: HeldTags) throws(BrokerError) -> Consumer {
        do throws(ResourceShortage) {
            return try Consumer(
                queues: served.all,
                held: held,
                connect: connect,
                report: report
            )
        } catch { throw .shortage(error) }
    }

    /// Waits for the end of a pause, or an order to stop.
    func isStopped(
        by orders: any WorkerOrderSource,
        until end: Instant
    ) -> Bool {
        repeat {
            if let order = nextStop(orders) {
                report(.stopping(.order(warm: order == .stop), running: 0))
                return true
            }
            var entry = pollfd(fd: orders.descriptor, events: Int16(POLLIN), revents: 0)
            poll(&entry, 1, PollTimeout.milliseconds(until: end))
        } while .now < end
        return false
    }

    /// The next order to stop; others that come before it are kept, and carried out later.
    func nextStop(_ orders: any WorkerOrderSource) -> WorkerOrder? {
        while let order = orders.nextOrder() {
            if order.isStop { return order }
            earlyOrders.append(order)
        }
        return nil
    }
}
