/// What the contract does from outside to the connections of a store's workers, where those are their leases.
package struct ConnectionControl: Sendable {
    /// Breaks the connections of the worker with an id.
    package let cut: @Sendable (_ worker: String) async throws -> Void
    /// Breaks them when the worker's next call has done all but the acknowledging.
    package let cutBeforeAcknowledging: @Sendable (_ worker: String) async throws -> Void

    package init(
        cut: @escaping @Sendable (_ worker: String) async throws -> Void,
        cutBeforeAcknowledging: @escaping @Sendable (_ worker: String) async throws -> Void
    ) {
        self.cut = cut
        self.cutBeforeAcknowledging = cutBeforeAcknowledging
    }
}
