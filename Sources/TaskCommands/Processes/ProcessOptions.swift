internal import TaskQueue

/// How a command's process differs from the worker's.
package struct ProcessOptions: Equatable, Sendable {
    /// `nil`: the worker's own.
    package var workingDirectory: String?
    /// Added to the worker's own, as by nice(1).
    package var niceness: Int?
    /// Permission bits that its new files do not get; `nil`: the worker's own.
    package var umask: UInt32?
    /// The user that it runs as; `nil`: the worker's.
    package var user: CommandUser?
    /// Most resident memory of the command and its descendants in bytes; `nil`: no limit.
    ///
    /// For ``MemoryWatch``: the kernel has no limit of this kind.
    package var maxRSS: Int?

    package init(
        workingDirectory: String? = nil,
        niceness: Int? = nil,
        umask: UInt32? = nil,
        user: CommandUser? = nil,
        maxRSS: Int? = nil
    ) {
        self.workingDirectory = workingDirectory
        self.niceness = niceness
        self.umask = umask
        self.user = user
        self.maxRSS = maxRSS
    }
}
