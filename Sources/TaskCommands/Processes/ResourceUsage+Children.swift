internal import CLinux
internal import Glibc
internal import TaskQueue

extension ResourceUsage {
    /// What `wait4(2)` says of a child.
    init(_ usage: rusage) {
        self.init()
        // In KiB.
        peakMemory = usage.ru_maxrss << 10
        processorTime = withUnsafePointer(to: usage) { .microseconds(tq_processor_time($0)) }
    }
}
