import Glibc
import TestSupport

@testable import TaskCommands
@testable import TaskQueue

/// A command that nobody reads from, and whose starter has left.
struct LeftChild: Sendable {
    let process: pid_t
    private let descriptors: [Int32]

    init(_ child: ChildProcess) {
        process = child.id
        descriptors = [child.exit, child.input, child.output, child.errors, child.progress]
    }

    /// Waits until it has been killed.
    ///
    /// - Returns: the signal; 0 if it exited by itself.
    func waitForExit() async throws -> Int32 {
        let status = try await onThread { [process] in
            var status: Int32 = 0
            while waitpid(process, &status, 0) < 0, errno == EINTR {}
            return status
        }
        for descriptor in descriptors { close(descriptor) }
        return status & 0x7F
    }
}
