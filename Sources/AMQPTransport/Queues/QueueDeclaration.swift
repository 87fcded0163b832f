/// How a queue is declared that is not there yet.
package struct QueueDeclaration: Equatable, Sendable {
    /// Of its messages; `nil`: it knows no priorities.
    package var maxPriority: Int?
    /// Whether it is kept by several nodes.
    package var isQuorum = false

    package init(maxPriority: Int? = nil, isQuorum: Bool = false) {
        (self.maxPriority, self.isQuorum) = (maxPriority, isQuorum)
    }
}
