import Glibc
import Synchronization

/// Lets only a few tests at a time start processes.
///
/// swift-testing begins all tests of a run at once, and hundreds of servers and workers started
/// together would all run into their time limits. A scope of TestSupport waits here until there is
/// room. What it holds counts for the scopes within it too, so that a test with a server and two
/// workers takes one place and cannot wait for itself.
final class Admission: Sendable {
    /// Several times as many places as there are processors, as most tests wait for something.
    static let shared = Admission(places: 4 * max(2, sysconf(Int32(_SC_NPROCESSORS_ONLN))))

    /// Whether the running Swift task is within a scope that holds a place.
    @TaskLocal private static var isAdmitted = false

    private struct State {
        var freePlaces: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(places: Int) {
        state = Mutex(State(freePlaces: places))
    }

    func admitted<Value>(_ body: () async throws -> Value) async throws -> Value {
        guard !Self.isAdmitted else { return try await body() }
        await enter()
        defer { leave() }
        return try await Self.$isAdmitted.withValue(true, operation: body)
    }

    private func enter() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.freePlaces == 0 else {
                    state.freePlaces -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isFree {
                continuation.resume()
            }
        }
    }

    /// Hands the place to whoever has waited longest.
    private func leave() {
        let next = state.withLock { state in
            guard state.waiting.isEmpty else {
                return Optional(state.waiting.removeFirst())
            }
            state.freePlaces += 1
            return nil
        }
        next?.resume()
    }
}
