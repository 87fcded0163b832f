internal import Synchronization

/// The deliveries that a worker holds, shared with its heartbeat.
final class HeldTags: Sendable {
    private let tags = Mutex<Set<String>>([])

    var all: [String] { tags.withLock { Array($0) } }

    func insert(_ tag: String) {
        tags.withLock { _ = $0.insert(tag) }
    }

    func remove(_ tag: String) {
        tags.withLock { _ = $0.remove(tag) }
    }
}
