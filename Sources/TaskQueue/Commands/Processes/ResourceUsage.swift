internal import CLinux
internal import Glibc

/// The resources that a command has used, together with the descendants that it has waited for.
struct ResourceUsage: Equatable, Sendable {
    /// Most resident memory of any one of these processes, in bytes.
    ///
    /// Never less than that of the worker when it started the command: the kernel counts from the
    /// moment at which both still shared their memory.
    var peakMemory = 0
    /// In user and system mode.
    var processorTime = Duration.zero
}

extension ResourceUsage {
    init(_ usage: rusage) {
        // In KiB.
        peakMemory = usage.ru_maxrss << 10
        processorTime = withUnsafePointer(to: usage) { .microseconds(tq_processor_time($0)) }
    }
}
