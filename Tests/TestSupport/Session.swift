import Glibc

/// Kills every process of the session that `leader` began, in whatever process group it is.
///
/// Looks again until none is left, as one may have been started while others were killed; gives up
/// after a while, as one may hang in the kernel. One that began a session of its own is not found.
func killSession(of leader: pid_t) {
    for _ in 0..<100 {
        let members = sessionMembers(of: leader)
        guard !members.isEmpty else { return }
        for member in members {
            _ = kill(member, SIGKILL)
        }
        usleep(1_000)
    }
}

/// The processes of a session that have not ended.
private func sessionMembers(of leader: pid_t) -> [pid_t] {
    let processes = (try? listDirectory("/proc"))?.compactMap(pid_t.init) ?? []
    return processes.filter { process in
        guard let file = try? readFile("/proc/\(process)/stat"),
            // proc(5): the name in parentheses may hold anything; after it come the state, the
            // parent, the process group and the session.
            let nameEnd = file.lastIndex(of: UInt8(ascii: ")"))
        else {
            return false
        }
        let fields = String(decoding: file[(nameEnd + 1)...], as: UTF8.self).split(separator: " ")
        guard fields.count > 3, let state = fields.first else { return false }
        return pid_t(fields[3]) == leader && state != "Z" && state != "X"
    }
}
