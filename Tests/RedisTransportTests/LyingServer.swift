import Glibc
import TestSupport

/// Answers every command with the same bytes.
final class LyingServer: Sendable {
    let port: Int
    private let listener: Int32
    private let answer: [UInt8]

    init(_ answer: String) throws {
        self.answer = Array(answer.utf8)
        port = try freePort()
        listener = try TrickleServer.listener(on: port)
        _ = BackgroundWork { [self] in serve() }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private func serve() {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { return }
        defer { close(client) }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(client, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            // A command each: an array at the beginning of a line.
            let commands = buffer[..<count].count { $0 == UInt8(ascii: "*") }
            for _ in 0..<max(commands, 1) {
                _ = send(client, answer, answer.count, Int32(MSG_NOSIGNAL))
            }
        }
    }
}
