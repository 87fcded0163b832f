import Logging

/// What the handlers of one worker share.
final class HandlerServices: Sendable {
    let logger: Logger

    init(_ logger: Logger) {
        self.logger = logger
    }
}
