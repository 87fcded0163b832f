package import TaskQueue

/// Shows on stderr how far the awaited tasks are.
///
/// The waiting code says what it waits for, draws before each wait, and reports what comes in meanwhile.
package final class ProgressDisplay {
    private let style: ProgressStyle
    private let diagnostics: Diagnostics
    private var summary = ProgressSummary()

    package init(_ style: ProgressStyle, diagnostics: Diagnostics) {
        self.style = style
        self.diagnostics = diagnostics
    }

    /// Begins to wait for more tasks.
    package func add(_ count: Int) {
        summary.add(count)
    }

    /// Shows the progress in records that are not final.
    package func report(_ records: [StoredResult]) {
        let progress = records.map(TaskProgress.init)
        switch style {
        case .lines:
            for task in progress { diagnostics.note(task.sentence) }
        case .bar:
            summary.report(progress)
            draw()
        }
    }

    /// Tasks have ended: nothing more is shown of them.
    package func end(_ ids: [TaskID]) {
        summary.end(ids)
    }

    /// Shows the bar again, if something printed has erased it since.
    package func draw() {
        guard case .bar(let usesColor) = style else { return }
        // The last column stays free: some terminals wrap when it is written.
        let width = TerminalText.columns(of: 2) - 1
        guard let line = summary.line(width: width, usesColor: usesColor) else {
            return StatusLine.erase()
        }
        StatusLine.show(line)
    }

    /// Takes the bar away while nothing is waited for.
    package func erase() {
        StatusLine.erase()
    }
}
