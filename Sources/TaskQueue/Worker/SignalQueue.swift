internal import CLinux
internal import Glibc

/// Signals as something to read, in the order in which they came: signalfd(2).
///
/// To be made before the first thread, which would else take the signals.
package final class SignalQueue {
    package let descriptor: Int32

    /// - Parameter signals: are blocked from now on in this thread and those it starts.
    package init(_ signals: [Int32]) {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
        descriptor = signalfd(-1, &set, Int32(SFD_NONBLOCK | SFD_CLOEXEC))
    }

    deinit {
        close(descriptor)
    }

    /// The next signal that has come; `nil` if there is none.
    package func next() -> Int32? {
        var information = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        guard read(descriptor, &information, size) == size else { return nil }
        return Int32(bitPattern: information.ssi_signo)
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
