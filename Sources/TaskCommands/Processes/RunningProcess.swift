internal import TaskQueue

/// A process that runs tasks, as ``CommandRunner`` sees it: a command of one task, or a stream command.
protocol RunningProcess: AnyObject {
    var child: ChildProcess { get }

    var limits: ProcessLimits { get set }

    /// Carries on with a descriptor on which something happened, other than ``ProcessSource/exit``.
    func advance(_ source: ProcessSource, _ buffer: IOBuffer, _ events: inout [RunEvent])

    /// Settles all its runs: it has exited.
    func end(_ buffer: IOBuffer, _ events: inout [RunEvent])
}

/// Which of a process's descriptors something happened on.
enum ProcessSource: UInt64 {
    case exit, input, output, errors, progress

    /// How many bits it takes beside a process's number.
    static let bits: UInt64 = 3
}

/// Memory to read into, shared by all pipes.
typealias IOBuffer = UnsafeMutableRawBufferPointer
