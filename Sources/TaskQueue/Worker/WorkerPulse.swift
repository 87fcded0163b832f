/// A sign that the worker is well, for who restarts it if none comes.
package struct WorkerPulse {
    /// Between two signs.
    let interval: Duration
    let beat: () -> Void

    package init(every interval: Duration, _ beat: @escaping () -> Void) {
        self.interval = interval
        self.beat = beat
    }
}
