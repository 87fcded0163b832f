internal import TaskQueue

/// What it means that no worker renews its lease.
enum Silence {
    /// No worker that lives is silent for longer.
    static let longest: Duration = Lease.renewalInterval + .milliseconds(1500)
    /// A silence of all that is longer is no outage for a worker that is new.
    static let longestOutage: Duration = .seconds(60)
    /// What workers have to come back after an outage: they try each second, for some seconds.
    static let timeToComeBack: Duration = .milliseconds(7500)
}
