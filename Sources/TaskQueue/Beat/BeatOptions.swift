/// What an entry of `tq-beat` says of its task's message besides arguments and queue.
package struct BeatOptions: Hashable, Sendable {
    /// `priority`, 0 to 9; `nil` for that of the task's route.
    package var priority: Int?
    /// `time_limit`; zero is none, `nil`: the worker's settings say.
    package var timeLimit: Duration?
    /// `soft_time_limit`; zero is none, `nil`: the worker's settings say.
    package var softTimeLimit: Duration?
    /// `max_retries`; `nil`: the worker's settings say.
    package var maxRetries: Int?
    /// `ignore_result`; `nil`: the settings say.
    package var ignoresResult: Bool?

    /// None.
    package init() {}
}
