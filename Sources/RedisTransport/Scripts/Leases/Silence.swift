internal import TaskQueue

/// What it means if no worker renews its lease.
enum Silence {
    /// No live worker is silent for longer.
    static let longest: Duration = Lease.renewalInterval + .milliseconds(1500)
    /// To a new worker, a longer silence of all is not an outage.
    static let longestOutage: Duration = .seconds(60)
    /// The time that workers get to come back after an outage: they try each second, for some seconds.
    static let timeToComeBack: Duration = .milliseconds(7500)
}
