internal import Glibc
internal import Synchronization

/// The line at the bottom of the terminal that is redrawn in place, on stderr.
///
/// There is one in a process, and everything printed erases it first, so that it never mixes with data.
enum StatusLine {
    private static let shown = Mutex<String?>(nil)
    /// The message for when a signal ends the program; `nil`: no message.
    private static let lastWords = Mutex<[UInt8]?>(nil)

    /// Shows a line in place of the current one.
    ///
    /// - Parameter text: safe for the terminal, and shorter than it is wide.
    static func show(_ text: String) {
        eraseAtSignals
        guard shown.withLock({ $0 }) != text else { return }
        Diagnostics.write(text)
        shown.withLock { $0 = text }
    }

    /// Sets the line to print, as it is, when a signal ends the program; `nil`: no line.
    static func sayLast(_ line: String?) {
        if line != nil { eraseAtSignals }
        lastWords.withLock { $0 = line.map { Array("\($0)\n".utf8) } }
    }

    static func erase() {
        Diagnostics.write("")
    }

    /// What to write before anything else: it erases the line if one is shown, which then counts
    /// as erased.
    static func takeEraser() -> String {
        shown.withLock { $0.take() } == nil ? "" : "\r\u{1B}[K"
    }

    /// Leaves a clean line to the shell's prompt when a signal ends the program; a signal that is ignored, or
    /// has a handler, is left as it is.
    private static let eraseAtSignals: Void = {
        for number in [SIGINT, SIGTERM, SIGHUP] {
            let former = signal(number) { number in
                let isShown = shown.withLockIfAvailable { $0 != nil } ?? true
                let eraser: StaticString = "\r\u{1B}[K"
                if isShown { write(2, eraser.utf8Start, eraser.utf8CodeUnitCount) }
                lastWords.withLockIfAvailable { words in
                    _ = words?.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
                }
                signal(number, SIG_DFL)
                raise(number)
            }
            if let former { signal(number, former) }
        }
    }()
}
