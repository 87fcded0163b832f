/// A task that is to be delivered again.
package struct RequeuedTask: Sendable {
    package let delivery: Delivery
    /// Not before; `nil`: at once, before all others of its queue and priority.
    package let eta: Timestamp?
    /// 0 to 9, as the message says; 0 if it cannot be read.
    package let priority: Int

    /// Whether its next delivery says that it is not the first, see ``Redelivery``; false if it came too early.
    package let isRedelivered: Bool

    package init(
        _ delivery: Delivery,
        eta: Timestamp? = nil,
        priority: Int = 0,
        isRedelivered: Bool = true
    ) {
        self.isRedelivered = isRedelivered
        self.delivery = delivery
        self.eta = eta
        self.priority = priority
    }
}
