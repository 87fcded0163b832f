internal import Connections
internal import Decompression
internal import TaskQueue
internal import TaskSettings

/// What the threads of a client need to know.
struct ClientSetup: Sendable {
    /// How long to wait for a server that has answered before; then what was sent is sent again.
    private static let replyTimeout: Duration = .seconds(10)

    let settings: Settings
    private let transports: Transports
    /// How long to try to reach a server.
    let connectTimeout: Duration

    init(_ settings: Settings, _ options: CommonOptions) {
        self.settings = settings
        transports = Transports(options)
        connectTimeout = options.connectTimeout
    }

    init(_ configuration: TaskQueueConfiguration) throws(TaskQueueError) {
        let (settings, options) = try configuration.read()
        self.init(settings, options)
    }

    func openSender(
        timeout: Duration
    ) throws(BrokerError) -> any Broker {
        try transports.openSender(
            timeout: timeout,
            replyTimeout: Self.replyTimeout,
            readsResults: true
        )
    }

    /// See ``Transports/replyAddress``.
    var replyAddress: ReplyAddress { transports.replyAddress }

    /// See ``Transports/forgetting``.
    var forgetting: (([TaskID]) throws(BrokerError) -> Void)? { transports.forgetting }

    func openResults() throws(BrokerError) -> any ResultBackend {
        try transports.openResults(
            decompress: SystemDecompressor.decompress,
            replyTimeout: Self.replyTimeout
        )
    }
}
