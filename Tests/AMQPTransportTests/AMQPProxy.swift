import Glibc
import Synchronization
import TestSupport

/// Stands between one worker and the server, and cuts the worker off when it is told to.
final class AMQPProxy: Sendable {
    private struct State {
        /// The descriptors of both ends of each connection.
        var open: [(client: Int32, server: Int32)] = []
        var cutsBeforeAcknowledging = false
    }

    /// Where it listens, at 127.0.0.1.
    let port: Int
    private let serverPort: Int
    private let listener: Int32
    private let state = Mutex(State())

    init(before serverPort: Int) throws {
        self.serverPort = serverPort
        (listener, port) = try listeningSocket()
        detachThread { [self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { break }
                _ = fcntl(client, F_SETFD, FD_CLOEXEC)
                guard let server = connectedSocket(serverPort) else {
                    close(client)
                    continue
                }
                state.withLock { $0.open.append((client, server)) }
                detachThread { [self] in pass(from: client, to: server, isWatched: true) }
                detachThread { [self] in pass(from: server, to: client, isWatched: false) }
            }
            close(listener)
        }
    }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        cut()
    }

    /// Breaks its connections.
    func cut() {
        state.withLock { state in
            for (client, server) in state.open {
                shutdown(client, Int32(SHUT_RDWR))
                shutdown(server, Int32(SHUT_RDWR))
            }
            state.open = []
        }
    }

    /// Breaks them when the client acknowledges something, which the server does not hear of.
    func cutBeforeAcknowledging() { state.withLock { $0.cutsBeforeAcknowledging = true } }

    private func pass(from source: Int32, to target: Int32, isWatched: Bool) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        // `basic.ack`: class 60, method 80, in a frame of 13 bytes.
        let acknowledgement: [UInt8] = [0, 0, 0, 13, 0, 60, 0, 80]
        while true {
            let count = read(source, &buffer, buffer.count)
            guard count > 0 else { break }
            if isWatched, state.withLock({ $0.cutsBeforeAcknowledging }),
                let place = buffer[..<count].firstRange(of: acknowledgement)
            {
                // What has been sent arrives before the end of the connection does.
                send(target, buffer, place.lowerBound - 3, Int32(MSG_NOSIGNAL))
                cut()
                break
            }
            guard send(target, buffer, count, Int32(MSG_NOSIGNAL)) == count else { break }
        }
        shutdown(source, Int32(SHUT_RDWR))
        shutdown(target, Int32(SHUT_RDWR))
    }
}
