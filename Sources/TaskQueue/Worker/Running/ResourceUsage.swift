/// The resources that a command has used, together with the descendants that it has waited for.
package struct ResourceUsage: Equatable, Sendable {
    /// Most resident memory of any one of these processes, in bytes.
    ///
    /// Never less than that of the worker when it started the command: the kernel counts from the
    /// moment at which both still shared their memory.
    package var peakMemory = 0
    /// In user and system mode.
    package var processorTime = Duration.zero

    package init() {}
}
