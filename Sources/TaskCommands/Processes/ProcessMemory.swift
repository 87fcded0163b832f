internal import Glibc
internal import TaskQueue

/// The memory of processes, from proc(5).
enum ProcessMemory {
    /// The resident memory of a process and its descendants in bytes; 0 if it has ended.
    ///
    /// Pages that several of them share count more than once. Descendants whose parent has ended before
    /// them are not counted; on a kernel that does not list children, the members of the process
    /// group are counted instead.
    static func resident(_ process: pid_t) -> Int {
        guard tellsOfChildren else { return residentOfGroup(process) }
        var pages = 0
        var open = [process]
        while let next = open.popLast() {
            pages += residentPages(next)
            for thread in numbers(in: "/proc/\(next)/task") {
                let children = text("/proc/\(next)/task/\(thread)/children") ?? ""
                open += children.split(separator: " ").compactMap { pid_t($0) }
            }
        }
        return pages * pageSize
    }

    /// The resident memory of the members of a process group in bytes.
    static func residentOfGroup(_ group: pid_t) -> Int {
        var pages = 0
        for process in numbers(in: "/proc") where getpgid(process) == group {
            pages += residentPages(process)
        }
        return pages * pageSize
    }

    private static func residentPages(_ process: pid_t) -> Int {
        let fields = (text("/proc/\(process)/statm") ?? "").split(separator: " ")
        return fields.count > 1 ? Int(fields[1]) ?? 0 : 0
    }

    /// Whether the kernel was built with CONFIG_PROC_CHILDREN.
    private static let tellsOfChildren = access("/proc/thread-self/children", F_OK) == 0

    private static let pageSize = sysconf(Int32(_SC_PAGESIZE))

    private static func numbers(in folder: String) -> [pid_t] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var numbers: [pid_t] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let number = pid_t(name) { numbers.append(number) }
        }
        return numbers
    }

    /// `nil` if the process has ended.
    private static func text(_ path: String) -> String? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 10)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
