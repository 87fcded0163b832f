/// How far a task has come that still runs.
package struct ProgressReport: Sendable {
    package let delivery: Delivery
    /// Its record; the state is not final.
    package let result: StoredResult

    package init(_ delivery: Delivery, result: StoredResult) {
        self.delivery = delivery
        self.result = result
    }
}
