internal import CLinux
internal import Glibc

/// Signals as something to read: signalfd(2).
///
/// One a process. Threads that are there before it is made do not block the signals, and get them: what
/// they get is passed on by a handler. Swift's main thread is one of them, while a program with an
/// asynchronous `main` waits.
package final class SignalQueue {
    package var descriptor: Int32 { poll.descriptor }
    private let poll: EventPoll
    private let signals: sigset_t
    private let blocked: Int32
    private let passedOn: Pipe
    /// The terminal that this process was started on; `nil`: none, or the process is to outlive it, as by nohup(1).
    private let terminal: Terminal?
    private var hasToldOfHangUp = false

    /// - Parameters:
    ///   - blocks: whether the signals are blocked from now on in this thread and those it starts.
    ///   - signals: which.
    /// - Throws: ``ResourceShortage``.
    package init(blocks: Bool = true, _ signals: [Int32]) throws(ResourceShortage) {
        terminal = Terminal()
        poll = try EventPoll()
        guard let passedOn = Pipe() else { throw ResourceShortage(.descriptor) }
        self.passedOn = passedOn
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        self.signals = set
        if blocks { pthread_sigmask(SIG_BLOCK, &set, nil) }
        blocked = signalfd(-1, &set, Int32(SFD_NONBLOCK | SFD_CLOEXEC))
        guard blocked >= 0, poll.add(blocked, .readable, number: 0),
            poll.add(passedOn.read, .readable, number: 1)
        else { throw ResourceShortage(.descriptor) }
        for end in [passedOn.read, passedOn.write] { tq_fcntl(end, F_SETFL, O_NONBLOCK) }
        _ = tq_write_signals(passedOn.write)
        for signal in signals { _ = tq_write_signal(signal) }
    }

    deinit {
        _ = tq_write_signals(-1)
        passedOn.close()
        close(blocked)
    }

    /// Delivers the signals to the calling thread from now on, whose handler makes ``descriptor`` readable.
    ///
    /// Without it the thread waits for a signalfd, and the kernel wakes it at SIGCHLD too, whenever a command has
    /// ended.
    package func receiveOnThisThread() {
        poll.remove(blocked)
        var set = signals
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }

    /// The next signal that has come; `nil` if there is none.
    package func next() -> Int32? {
        var information = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        if read(blocked, &information, size) == size {
            return Int32(bitPattern: information.ssi_signo)
        }
        var number: UInt8 = 0
        guard read(passedOn.read, &number, 1) == 1 else { return nil }
        return Int32(number)
    }
}

extension SignalQueue: WorkerOrderSource {
    /// Whether SIGHUP came because the terminal is gone that this process was started on.
    package var hasHungUp: Bool { terminal?.hasHungUp ?? false }

    /// SIGTERM and SIGINT say to end when what runs has ended, SIGQUIT at once.
    ///
    /// SIGHUP says to read the configuration again, or to end when what runs has ended, if the terminal is
    /// gone; SIGTTIN and SIGTTOU change how many tasks run at once by one.
    package func nextOrder() -> WorkerOrder? {
        switch next() {
        case nil: nil
        case SIGHUP: hasHungUp ? stopOnce() : .reload
        case SIGTTIN: .addSlots(1)
        case SIGTTOU: .addSlots(-1)
        case SIGQUIT: .stopAtOnce
        default: .stop
        }
    }

    /// The kernel sends SIGHUP when the terminal goes and when its shell ends, which is not asking twice.
    private func stopOnce() -> WorkerOrder? {
        defer { hasToldOfHangUp = true }
        return hasToldOfHangUp ? nextOrder() : .stop
    }
}
