import Glibc
import TaskCommands
import TaskQueue
import TestSupport

/// What a running program has of the machine: what must not grow in a worker.
struct Footprint: Sendable, Equatable {
    /// What its descriptors lead to, sorted; those of one kind are alike.
    let descriptors: [String]
    /// The names of its children, sorted; also those that have ended and were not waited for.
    let children: [String]
    let threads: Int

    /// What has come and gone since an earlier one.
    func difference(from earlier: Footprint) -> String {
        let descriptors = descriptors.difference(from: earlier.descriptors)
        let children = children.difference(from: earlier.children)
        return "\(descriptors), \(children), \(threads) threads"
    }
}

extension Spawned {
    func footprint() throws -> Footprint {
        let descriptors = try listDirectory("/proc/\(processID)/fd").compactMap { name in
            // "pipe:[1234]", "anon_inode:[eventpoll]", "/path": without the number.
            readLink("/proc/\(processID)/fd/\(name)")?.filter { !$0.isNumber }
        }
        let children = RunningProcess.all().filter { $0.parent == processID }.map { child in
            child.isZombie ? "\(child.name), not waited for" : child.name
        }
        return Footprint(
            descriptors: descriptors.sorted(),
            children: children.sorted(),
            threads: try listDirectory("/proc/\(processID)/task").count
        )
    }

    /// Waits until a worker has all its connections: that of its heartbeat is opened for the first beat,
    /// five seconds after it has begun to take tasks.
    func waitForHeartbeat() async throws {
        // Nothing tells that no more connections come.
        try await Task.sleep(for: startedAt + .seconds(7) - Instant.now)
    }

    /// The memory that it has in use, in bytes; zero once it has ended.
    var memory: Int {
        guard let file = try? readFile("/proc/\(processID)/statm") else { return 0 }
        let fields = String(decoding: file, as: UTF8.self).split(separator: " ")
        return fields.count > 1 ? sysconf(Int32(_SC_PAGESIZE)) * (Int(fields[1]) ?? 0) : 0
    }
}

private func readLink(_ path: String) -> String? {
    var target = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink(path, &target, target.count)
    guard length >= 0 else { return nil }
    return String(decoding: target[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
}
