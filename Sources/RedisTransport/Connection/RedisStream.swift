/// Bytes to and from a server, over a socket that never blocks: plain, or within TLS.
///
/// It belongs to one thread, and closes its socket when it goes.
protocol RedisStream: AnyObject {
    /// Becomes readable when bytes come, unless ``hasPendingInput``.
    var descriptor: Int32 { get }

    /// Whether bytes have been taken from the socket and not given out yet: its descriptor tells nothing
    /// of them.
    var hasPendingInput: Bool { get }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> StreamStep
    func write(_ bytes: UnsafeRawBufferPointer) -> StreamStep
}
