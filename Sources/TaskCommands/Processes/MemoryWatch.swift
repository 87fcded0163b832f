internal import Glibc
internal import TaskQueue

/// Finds commands that have more memory than allowed, ten times a second.
///
/// It counts the resident memory of the command and its descendants, by ``ProcessMemory``. A
/// peak between two looks goes unnoticed.
struct MemoryWatch {
    /// The time between two looks.
    static let interval: Duration = .milliseconds(100)

    private struct Entry {
        let process: pid_t
        let limit: Int
    }

    /// When ``exceeded(_:)`` is to be called; `nil`: never.
    private(set) var nextLook: Instant?
    private var entries: [UInt64: Entry] = [:]
    private let measure: (pid_t) -> Int

    /// - Parameter measure: says how many bytes a command and its descendants have.
    init(measure: @escaping (pid_t) -> Int = ProcessMemory.resident) {
        self.measure = measure
    }

    /// Watches a command.
    ///
    /// - Parameters:
    ///   - process: must not be waited for before it is removed.
    ///   - limit: in bytes.
    ///   - key: comes back with it.
    ///   - now: when the command was started.
    mutating func add(
        _ process: pid_t,
        limit: Int,
        key: UInt64,
        _ now: Instant = .now
    ) {
        entries[key] = Entry(process: process, limit: limit)
        nextLook = nextLook ?? now + Self.interval
    }

    mutating func remove(key: UInt64) {
        entries[key] = nil
        if entries.isEmpty { nextLook = nil }
    }

    /// Looks, if it is time to.
    ///
    /// - Returns: the commands that have more than their limit, and how much; each only once.
    mutating func exceeded(
        _ now: Instant
    ) -> [(key: UInt64, limit: Int, peak: Int)] {
        guard let look = nextLook, look <= now else { return [] }
        var found: [(key: UInt64, limit: Int, peak: Int)] = []
        for (key, entry) in entries {
            let memory = measure(entry.process)
            guard memory > entry.limit else { continue }
            found.append((key, entry.limit, memory))
        }
        for excess in found { entries[excess.key] = nil }
        nextLook = entries.isEmpty ? nil : now + Self.interval
        return found
    }
}
