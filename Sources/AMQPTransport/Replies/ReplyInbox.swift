internal import Synchronization
internal import TaskQueue

/// The results that have come for one sender: they come once, over whichever connection there is.
package final class ReplyInbox: Sendable {
    /// So many that were asked for are kept, so that they can be asked for again.
    private static let mostRead = 1000

    private struct State {
        var results: [TaskID: StoredResult] = [:]
        var unread: Set<TaskID> = []
        var read: [TaskID] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// A final state is never replaced.
    func put(_ result: StoredResult) {
        state.withLock { state in
            if let known = state.results[result.id], known.state.isFinal { return }
            state.results[result.id] = result
            state.unread.insert(result.id)
        }
    }

    subscript(_ id: TaskID) -> StoredResult? { state.withLock { $0.results[id] } }

    /// Those of the ids of which something new has come, or that have ended.
    func take(_ ids: [TaskID]) -> [StoredResult] {
        state.withLock { state in
            let found = ids.compactMap { id in
                state.results[id].flatMap {
                    $0.state.isFinal || state.unread.contains(id) ? $0 : nil
                }
            }
            for result in found where state.unread.remove(result.id) != nil && result.state.isFinal
            {
                state.read.append(result.id)
            }
            while state.read.count > Self.mostRead { state.results[state.read.removeFirst()] = nil }
            return found
        }
    }

    func forget(_ ids: [TaskID]) {
        state.withLock { state in
            for id in ids {
                state.results[id] = nil
                state.unread.remove(id)
            }
        }
    }
}
