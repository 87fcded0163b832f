internal import Glibc

/// A socket and nothing around it.
final class PlainStream: RedisStream {
    private let socket: Socket

    init(_ socket: Socket) {
        self.socket = socket
    }

    var descriptor: Int32 { socket.descriptor }
    var hasPendingInput: Bool { false }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> StreamStep {
        let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
        return count == 0 ? .ended : step(count, whenBlocked: .needsInput)
    }

    func write(_ bytes: UnsafeRawBufferPointer) -> StreamStep {
        let count = send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        return step(count, whenBlocked: .needsOutput)
    }

    private func step(_ count: Int, whenBlocked blocked: StreamStep) -> StreamStep {
        guard count < 0 else { return .moved(count) }
        return errno == EAGAIN || errno == EINTR
            ? blocked : .failed(StreamFailure.system(errno).reason)
    }
}
