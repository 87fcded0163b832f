import Glibc
import TaskCommands
import TestSupport

/// A process on this machine, from `/proc`.
struct RunningProcess: Sendable {
    let id: pid_t
    let name: String
    let parent: pid_t
    /// Whether it has ended, and its parent has not waited for it.
    let isZombie: Bool

    static func all() -> [RunningProcess] {
        let ids = ((try? listDirectory("/proc")) ?? []).compactMap(pid_t.init)
        return ids.compactMap(RunningProcess.init)
    }

    /// `nil` if there is none with this number.
    private init?(_ id: pid_t) {
        // proc(5): number, name in parentheses, state, parent.
        guard let file = try? readFile("/proc/\(id)/stat"),
            let nameStart = file.firstIndex(of: UInt8(ascii: "(")),
            let nameEnd = file.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = file[(nameEnd + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 1,
            let parent = pid_t(String(decoding: fields[1], as: UTF8.self))
        else { return nil }
        self.id = id
        self.parent = parent
        name = String(decoding: file[(nameStart + 1)..<nameEnd], as: UTF8.self)
        isZombie = fields[0].elementsEqual("Z".utf8)
    }

    /// What it was started with in its environment; `nil`: no such variable, or it has ended.
    func variable(_ name: String) -> String? {
        guard let file = try? readFile("/proc/\(id)/environ") else { return nil }
        let start = Array("\(name)=".utf8)
        let entry = file.split(separator: 0).first { $0.starts(with: start) }
        return entry.map { String(decoding: $0.dropFirst(start.count), as: UTF8.self) }
    }
}

extension Workplace {
    /// The processes that tasks have started here and that have not ended, wherever they have got to:
    /// their names and the tasks' ids.
    func leftovers() -> [String] {
        RunningProcess.all().compactMap { process in
            guard let id = process.variable("TQ_TASK_ID"), process.variable("TQ_BROKER_URL") == url
            else { return nil }
            return "\(process.name) of \(id)"
        }
    }
}
