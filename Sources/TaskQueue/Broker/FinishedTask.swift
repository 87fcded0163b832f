/// A task that has run to its end.
package struct FinishedTask: Sendable {
    package let delivery: Delivery
    /// What came out; `nil`: nothing is to be stored.
    package let result: StoredResult?

    /// About how many bytes the record takes; 0 without one.
    package var resultSize: Int { result?.size ?? 0 }

    package init(_ delivery: Delivery, result: StoredResult?) {
        self.delivery = delivery
        self.result = result
    }
}
