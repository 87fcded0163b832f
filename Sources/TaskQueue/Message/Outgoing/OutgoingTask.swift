/// A task to be sent, with everything its message will say.
package struct OutgoingTask: Sendable {
    package var id: TaskID
    package var arguments: TaskArguments
    /// Not before; `nil`: at once.
    package var eta: Timestamp?
    /// Not after; `nil`: at any time.
    package var expires: Timestamp?
    /// First task of the workflow; `nil`: this one.
    package var rootID: TaskID?
    /// Its place in its group; `nil`: it has none.
    package var groupIndex: Int?
    /// See ``TaskOptions/headers``.
    package var headers: [String: String]
    package var options: MessageOptions

    /// - Parameters:
    ///   - draft: as its sender describes it.
    ///   - id: in the place of that of the draft.
    ///   - options: of the draft, as ``TaskDefaults`` decide them.
    ///   - now: from which the draft's lengths of time count.
    package init(
        _ draft: TaskDraft,
        id: TaskID,
        _ options: MessageOptions,
        from now: Timestamp
    ) {
        self.id = id
        arguments = draft.arguments
        eta = draft.options.eta?.instant(from: now)
        expires = draft.options.expires?.instant(from: now)
        rootID = draft.options.rootID
        headers = draft.options.headers
        self.options = options
    }
}
