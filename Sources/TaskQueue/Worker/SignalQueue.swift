internal import CLinux
internal import Glibc

/// Signals as something to read: signalfd(2).
///
/// One a process. Threads that are there before it is made do not block the signals, and get them: what
/// they get is passed on by a handler. Swift's main thread is one of them, while a program with an
/// asynchronous `main` waits.
package final class SignalQueue {
    package var descriptor: Int32 { poll.descriptor }
    private let poll = EventPoll()
    private let blocked: Int32
    /// `nil`: no descriptor was left for it.
    private let passedOn: Pipe?

    /// - Parameters:
    ///   - blocks: whether the signals are blocked from now on in this thread and those it starts.
    ///   - signals: which.
    package init(blocks: Bool = true, _ signals: [Int32]) {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        if blocks { pthread_sigmask(SIG_BLOCK, &set, nil) }
        blocked = signalfd(-1, &set, Int32(SFD_NONBLOCK | SFD_CLOEXEC))
        passedOn = Pipe()
        poll.add(blocked, .readable, number: 0)
        guard let passedOn else { return }
        for end in [passedOn.read, passedOn.write] { tq_fcntl(end, F_SETFL, O_NONBLOCK) }
        poll.add(passedOn.read, .readable, number: 1)
        _ = tq_write_signals(passedOn.write)
        for signal in signals { _ = tq_write_signal(signal) }
    }

    deinit {
        if let passedOn {
            _ = tq_write_signals(-1)
            passedOn.close()
        }
        close(blocked)
    }

    /// The next signal that has come; `nil` if there is none.
    package func next() -> Int32? {
        var information = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        if read(blocked, &information, size) == size {
            return Int32(bitPattern: information.ssi_signo)
        }
        var number: UInt8 = 0
        guard let passedOn, read(passedOn.read, &number, 1) == 1 else { return nil }
        return Int32(number)
    }
}

extension SignalQueue: WorkerOrderSource {
    /// SIGTERM and SIGINT say to end when what runs has ended, SIGQUIT at once.
    ///
    /// SIGHUP says to read the
    /// configuration again, SIGTTIN and SIGTTOU change how many tasks run at once by one.
    package func nextOrder() -> WorkerOrder? {
        switch next() {
        case nil: nil
        case SIGHUP: .reload
        case SIGTTIN: .addSlots(1)
        case SIGTTOU: .addSlots(-1)
        case SIGQUIT: .stopAtOnce
        default: .stop
        }
    }
}
