internal import Glibc

/// A process that runs tasks, as ``CommandRunner`` sees it: a command of one task, or a stream command.
protocol RunningProcess: AnyObject {
    var child: ChildProcess { get }

    /// When ``lookAtClock(_:)`` is to be called; `nil`: never.
    var nextDeadline: ContinuousClock.Instant? { get }

    /// Carries on with a descriptor on which something happened, other than ``ProcessSource/exit``.
    func advance(_ source: ProcessSource, _ buffer: IOBuffer, _ events: inout [RunEvent])

    /// Settles all that it ran: it has exited.
    func end(_ buffer: IOBuffer, _ events: inout [RunEvent])

    /// Acts on the limits whose time has come.
    func lookAtClock(_ now: ContinuousClock.Instant)

    /// Kills it: it had `peak` bytes of memory, and may have `limit`.
    func exceedMemory(limit: Int, peak: Int)

    /// What it runs ends as ``TaskOutcome/interrupted``.
    func interrupt()
}

/// Which of a process's descriptors something happened on.
enum ProcessSource: UInt64 {
    case exit, input, output, errors, progress

    /// How many bits it takes beside a process's number.
    static let bits: UInt64 = 3
}

/// Memory to read into, shared by all pipes.
typealias IOBuffer = UnsafeMutableRawBufferPointer
