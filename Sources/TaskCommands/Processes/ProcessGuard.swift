internal import CLinux
internal import Glibc
internal import TaskQueue

/// A process beside this one that outlives it for a moment, and kills the commands left behind.
///
/// The kernel kills a command when its worker dies, but not what the command has started. The guard
/// waits for the end of this process and kills the process groups whose numbers stand in memory that
/// both share: a command costs no system call. The guard does not know of processes that have left the
/// group, by setsid(2).
///
/// Use it from one thread, and make it before all others: it is a fork(2) of this process. The guard itself
/// only makes system calls, so that another can be started in its place later.
package final class ProcessGuard {
    /// Of one command.
    struct Slot {
        fileprivate let owner: ProcessGuard
        fileprivate let index: Int

        /// Where the number of the command's process group stands; 0: none.
        var group: UnsafeMutablePointer<Int32> { owner.groupCell(index) }

        /// Call it when the command runs: a process that began later is another.
        func confirm() { owner.confirm(index) }

        /// Call it before the wait for the command, which frees its number.
        func clear() { owner.clear(index) }
    }

    /// The name that ps(1) shows.
    private static let name = "tq-work-guard"

    private let table: UnsafeMutablePointer<tq_guard_table>
    private let slots: UnsafeMutablePointer<tq_guard_slot>
    private let capacity: Int
    private(set) var process: pid_t
    /// Becomes readable when the guard ends, as it should not; -1: nobody notices.
    private(set) var exit: Int32
    /// Slots that were used before, and are empty.
    private var free: [Int] = []

    /// Starts the guard; `nil` and errno if no process or memory is left.
    ///
    /// - Parameter capacity: the most commands it can know at once; only existing ones use
    ///   memory.
    package init?(capacity: Int = 1 << 16) {
        guard let table = tq_guard_table_make(capacity) else { return nil }
        let process = tq_guard_start(table, Self.name)
        guard process > 0 else {
            tq_guard_table_free(table, capacity)
            return nil
        }
        self.table = table
        self.capacity = capacity
        self.process = process
        exit = tq_open_pidfd(process)
        slots = tq_guard_slots(table)
    }

    /// Kills the commands that are left, and ends the guard.
    deinit {
        tq_guard_kill(table)
        if process > 0 { kill(process, SIGKILL) }
        reap()
        tq_guard_table_free(table, capacity)
    }

    /// Waits for a guard that was killed, and starts another, which knows the same commands.
    ///
    /// - Returns: whether it could be started.
    func replace() -> Bool {
        reap()
        process = tq_guard_start(table, Self.name)
        exit = process > 0 ? tq_open_pidfd(process) : -1
        return process > 0
    }

    private func reap() {
        if exit >= 0 { close(exit) }
        exit = -1
        guard process > 0 else { return }
        while waitpid(process, nil, 0) < 0, errno == EINTR {}
    }

    /// A slot for a command to be started; `nil` if the guard knows as many as it can.
    func takeSlot() -> Slot? {
        if let index = free.popLast() { return Slot(owner: self, index: index) }
        let index = Int(table.pointee.used)
        guard index < capacity else { return nil }
        table.pointee.used = Int32(index + 1)
        return Slot(owner: self, index: index)
    }

    private func groupCell(_ index: Int) -> UnsafeMutablePointer<Int32> {
        UnsafeMutableRawPointer(slots + index).assumingMemoryBound(to: Int32.self)
    }

    private func confirm(_ index: Int) {
        slots[index].seen_at = tq_guard_now()
    }

    private func clear(_ index: Int) {
        slots[index].group = 0
        slots[index].seen_at = 0
        free.append(index)
    }
}
