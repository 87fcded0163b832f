internal import COpenSSL
internal import Glibc
internal import TaskQueue

/// TLS over a socket.
///
/// OpenSSL writes with write(2): whoever uses it ignores SIGPIPE.
final class TLSStream: RedisStream {
    private let socket: Socket
    private let session: OpaquePointer
    private let host: String

    /// Shakes hands.
    ///
    /// - Parameters:
    ///   - socket: which is connected.
    ///   - host: whose certificate the server must show: a name or an address.
    ///   - options: what to ask of the server, and to show to it.
    ///   - deadline: when that has to be done.
    /// - Throws: ``StreamFailure``, also for an invalid certificate.
    init(
        _ socket: Socket,
        host: String,
        _ options: TLSOptions,
        until deadline: Instant
    ) throws(StreamFailure) {
        self.socket = socket
        // The dot at the end of a name that is complete stands in no certificate.
        let host = host.hasSuffix(".") ? String(host.dropLast()) : host
        self.host = host
        session = try TLSSession.open(socket.descriptor, host: host, options)
        try shakeHands(until: deadline)
    }

    deinit {
        tq_tls_free(session)
    }

    var descriptor: Int32 { socket.descriptor }
    var hasPendingInput: Bool { tq_tls_pending(session) > 0 }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> StreamStep {
        step(tq_tls_read(session, buffer.baseAddress, buffer.count))
    }

    func write(_ bytes: UnsafeRawBufferPointer) -> StreamStep {
        step(tq_tls_write(session, bytes.baseAddress, bytes.count))
    }

    private func step(_ result: Int) -> StreamStep {
        switch result {
        case 1...: return .moved(result)
        case TQ_TLS_ENDED: return .ended
        case TQ_TLS_NEEDS_INPUT: return .needsInput
        case TQ_TLS_NEEDS_OUTPUT: return .needsOutput
        default:
            var error = tq_tls_error()
            tq_tls_last_error(session, &error)
            return .failed(TLSComplaint.reason(error, host: host))
        }
    }

    private func shakeHands(until deadline: Instant) throws(StreamFailure) {
        while true {
            let events: Int32
            switch step(Int(tq_tls_handshake(session))) {
            case .moved: return
            case .needsInput: events = POLLIN
            case .needsOutput: events = POLLOUT
            case .ended: throw StreamFailure(TLSComplaint.hangsUp)
            case .failed(let reason): throw StreamFailure(reason)
            }
            guard Socket.wait(descriptor, for: events, until: deadline) else {
                throw StreamFailure(TLSComplaint.isSilent)
            }
        }
    }
}
