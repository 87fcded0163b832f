import Glibc
import Synchronization

/// Stands between clients and a server on the loopback interface, and loses connections at the moments
/// that a client cannot tell apart.
package final class FaultyProxy: Sendable {
    package enum Fault: Sendable {
        /// The request reaches the server, and its answer nobody.
        case losesReply
        /// The request is still on its way when the client loses the connection: it reaches the server
        /// with ``deliver()``.
        case delaysRequest
    }

    private struct State {
        var faults: [Fault]
        /// What has not been delivered, and the connections to the server over which it goes.
        var delayed: [(server: Int32, request: [UInt8])] = []
    }

    /// Where it listens, at 127.0.0.1.
    package let port: Int
    private let serverPort: Int
    private let listener: Int32
    private let state: Mutex<State>

    /// Lends a proxy to `body`, and ends it afterwards.
    ///
    /// - Parameters:
    ///   - serverPort: of the server at 127.0.0.1.
    ///   - faults: of the first connections over which anything is sent, one each.
    ///   - body: what to do meanwhile.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws, or ``FileError`` if it cannot listen.
    package static func with<Value>(
        before serverPort: Int,
        _ faults: Fault...,
        body: (FaultyProxy) async throws -> Value
    ) async throws -> Value {
        let proxy = try FaultyProxy(serverPort, faults)
        defer { shutdown(proxy.listener, Int32(SHUT_RDWR)) }
        return try await body(proxy)
    }

    private init(_ serverPort: Int, _ faults: [Fault]) throws(FileError) {
        self.serverPort = serverPort
        state = Mutex(State(faults: faults))
        (listener, port) = try listeningSocket()
        detachThread { [self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { break }
                // A program that a test starts would keep it open.
                _ = fcntl(client, F_SETFD, FD_CLOEXEC)
                detachThread { [self] in serve(client) }
            }
            close(listener)
        }
    }

    /// How many faults are still to come.
    package var faultsLeft: Int { state.withLock { $0.faults.count } }

    /// Lets what was delayed reach the server, and waits until it has been answered.
    package func deliver() {
        for (server, request) in state.withLock({ $0.delayed }) {
            write(request, to: server)
            _ = read(from: server)
            close(server)
        }
        state.withLock { $0.delayed = [] }
    }

    private func serve(_ client: Int32) {
        defer { close(client) }
        guard let server = connectedSocket(serverPort) else { return }
        guard let first = read(from: client) else {
            close(server)
            return
        }
        let fault = state.withLock { $0.faults.isEmpty ? nil : $0.faults.removeFirst() }
        if fault == .delaysRequest {
            var request = first
            // It is whole when nothing more comes.
            while isReadable([client], within: 200) == client, let more = read(from: client) {
                request += more
            }
            return state.withLock { $0.delayed.append((server, request)) }
        }
        defer { close(server) }
        write(first, to: server)
        let losesReply = fault == .losesReply
        // All of the request has been answered when nothing more comes.
        let limit: Int32 = losesReply ? 300 : -1
        while let ready = isReadable([client, server], within: limit), let bytes = read(from: ready)
        {
            if ready == server, losesReply { continue }
            write(bytes, to: ready == client ? server : client)
        }
    }

    /// - Returns: the first of the descriptors that can be read; `nil` if none can in so many
    ///   milliseconds.
    private func isReadable(_ descriptors: [Int32], within limit: Int32) -> Int32? {
        var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        guard poll(&entries, nfds_t(entries.count), limit) > 0 else { return nil }
        return entries.first { $0.revents != 0 }?.fd
    }

    /// - Returns: `nil` at the end.
    private func read(from descriptor: Int32) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        return count > 0 ? Array(buffer[..<count]) : nil
    }

    private func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
