import Glibc
import Synchronization
import TaskQueue

/// The records of which one who waits has been told.
final class Heard: Sendable {
    private let told = Mutex<[StoredResult]>([])

    var records: [StoredResult] { told.withLock(\.self) }

    func take(_ records: [StoredResult]) {
        told.withLock { $0 += records }
    }

    /// Blocks another thread until so many have been told, or for as long as a test waits at most.
    func wait(count: Int) {
        let deadline = Instant.now + .seconds(10)
        // The thread blocks: it waits for the other without being woken.
        while records.count < count, Instant.now < deadline { usleep(1_000) }
    }
}
