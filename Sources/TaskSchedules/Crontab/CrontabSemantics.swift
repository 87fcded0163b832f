internal import TaskQueue

/// Whose reading of a crontab line counts where the readings differ.
package enum CrontabSemantics: String, Sendable, Hashable, CaseIterable {
    /// cron(5): of a day of the month and a day of the week either is enough, unless one of the two
    /// fields begins with `*`; 7 is Sunday too.
    case cron
    /// Celery's: day of the month and day of the week both have to match; 7 is not a day.
    case celery
}
