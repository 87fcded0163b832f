/// A sign that the worker is well, for a service manager that restarts it if no sign comes.
package struct WorkerPulse {
    /// The time between two signs.
    let interval: Duration
    let beat: () -> Void

    package init(every interval: Duration, _ beat: @escaping () -> Void) {
        self.interval = interval
        self.beat = beat
    }
}
