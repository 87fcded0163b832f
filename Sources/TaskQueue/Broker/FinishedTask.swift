/// A task that has run to its end.
package struct FinishedTask: Sendable {
    package let delivery: Delivery
    /// What came out; `nil`: nothing is to be stored.
    package let result: StoredResult?

    package init(_ delivery: Delivery, result: StoredResult?) {
        self.delivery = delivery
        self.result = result
    }
}
