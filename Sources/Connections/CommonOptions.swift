internal import TaskQueue
package import TaskSettings

#if RabbitMQ
internal import AMQPTransport
#endif

/// The options and settings that all programs have: where broker and backend are, and how long
/// to wait for them.
package struct CommonOptions: Sendable {
    package let broker: Location
    /// The same as the broker by default.
    package let backend: Location
    /// The URLs as they were given, with their passwords: for the environment of commands.
    package let brokerURL: String
    package let backendURL: String
    package let connectTimeout: Duration
    /// `nil`: results are kept for ever.
    package let resultLifetime: Duration?
    /// The most bytes that a stored result may have when it is decompressed.
    package let decompressedLimit: Int
    #if RabbitMQ
    /// Of queues that are not there yet.
    let declaration: QueueDeclaration
    #endif
    package let isQuiet: Bool
    package let isVerbose: Bool
    /// What an operator should know of secrets that others can read, a sentence each.
    package let warnings: [String]

    /// Whether the broker's server says so when it has no room, and takes tasks again later.
    package var brokerMayBeFull: Bool {
        #if RabbitMQ
        if case .amqp = broker { return true }
        #endif
        return false
    }

    /// The program's own values, then environment, file, default.
    ///
    /// - Parameters:
    ///   - brokerURL: the broker's; `nil`: not given.
    ///   - backendURL: the result backend's; `nil`: not given.
    ///   - names: what messages call these two.
    ///   - ownsResults: whether results are where the broker is, if no backend was given.
    ///   - connectTimeout: `nil`: that of the settings, or two seconds.
    ///   - isQuiet: whether only errors are printed.
    ///   - isVerbose: whether more is printed than usual.
    ///   - settings: of the file.
    /// - Throws: ``ConnectionProblem``.
    package init(
        brokerURL: String?,
        backendURL: String?,
        calling names: (broker: String, backend: String) = ("--broker", "--result-backend"),
        ownsResults: Bool = false,
        connectTimeout: Duration? = nil,
        isQuiet: Bool = false,
        isVerbose: Bool = false,
        _ settings: Settings
    ) throws(ConnectionProblem) {
        let broker = try Self.place(.broker, brokerURL, names.broker, settings)
        let backend =
            ownsResults && backendURL == nil
            ? nil : try Self.place(.backend, backendURL, names.backend, settings)
        let place: Place
        if let broker { place = broker } else { place = try Self.standard() }
        try Self.check(place.location, backend?.location)
        self.broker = place.location
        self.brokerURL = place.url
        self.backend = (backend ?? place).location
        self.backendURL = (backend ?? place).url
        self.connectTimeout = connectTimeout ?? settings.connectTimeout ?? .seconds(2)
        let lifetime = settings.resultExpires ?? .seconds(86_400)
        resultLifetime = lifetime == .zero ? nil : lifetime
        decompressedLimit = settings.messageMaxBytes ?? BodyReader.usualLimit
        #if RabbitMQ
        var declaration = QueueDeclaration(
            maxPriority: settings.taskQueueMaxPriority,
            isQuorum: settings.declaresQuorumQueues
        )
        declaration.defaultQueue = settings.taskDefaultQueue ?? .celery
        declaration.defaultExchangeType = settings.taskDefaultExchangeType ?? "direct"
        self.declaration = declaration
        #endif
        self.isQuiet = isQuiet
        self.isVerbose = isVerbose
        warnings = Self.warnings(settings, [self.broker, self.backend])
    }

    /// - Throws: ``ConnectionProblem`` where one of the two is of no use.
    private static func check(
        _ broker: Location,
        _ backend: Location?
    ) throws(ConnectionProblem) {
        #if RabbitMQ
        if broker == .replies {
            throw ConnectionProblem(
                .configuration,
                "the broker cannot be rpc://, which says where results go: name a RabbitMQ server with --broker, "
                    + "$TQ_BROKER_URL or broker_url in tq.toml"
            )
        }
        guard backend == .replies else { return }
        if case .amqp = broker { return }
        throw ConnectionProblem(
            .configuration,
            "the result backend is rpc://, which sends results over RabbitMQ, but the broker is \(broker): name an "
                + "sqlite: or redis:// URL with --result-backend, $TQ_RESULT_BACKEND or result_backend in tq.toml"
        )
        #endif
    }

    private static func warnings(_ settings: Settings, _ places: [Location]) -> [String] {
        var files: [String] = []
        func add(_ file: String?) {
            if let file, !files.contains(file) { files.append(file) }
        }
        add(settings.brokerURL?.fileReadByOthers)
        add(settings.resultBackend?.fileReadByOthers)
        for place in places { add(place.tls?.keyReadByOthers) }
        return files.map { "other users may read the secret in \($0): chmod 600 it" }
    }

    private typealias Place = (location: Location, url: String)

    /// The two URLs: where they may stand, and what the settings say beside them.
    private enum URLSource {
        case broker
        case backend

        var variable: String { self == .broker ? "TQ_BROKER_URL" : "TQ_RESULT_BACKEND" }
        var key: String { self == .broker ? "broker_url" : "result_backend" }
        var tlsKey: String { self == .broker ? "broker_use_ssl" : "redis_backend_use_ssl" }

        func location(
            _ url: String,
            relativeTo folder: String?,
            _ settings: Settings
        ) throws(URLError) -> Location {
            let folder = folder ?? ThisProcess.workingDirectory
            return switch self {
            case .broker:
                try Location(
                    url: url,
                    relativeTo: folder,
                    tls: settings.brokerTLS,
                    transport: settings.brokerTransport
                )
            case .backend:
                try Location(
                    url: url,
                    relativeTo: folder,
                    tls: settings.backendTLS,
                    transport: settings.backendTransport
                )
            }
        }
    }

    private static func place(
        _ source: URLSource,
        _ given: String?,
        _ name: String,
        _ settings: Settings
    ) throws(ConnectionProblem) -> Place? {
        if let url = given {
            return try place(url, name, .program, source, settings)
        }
        if let url = ThisProcess.variable(source.variable), !url.isEmpty {
            return try place(url, "$\(source.variable)", .configuration, source, settings)
        }
        let setting = source == .broker ? settings.brokerURL : settings.resultBackend
        guard let setting else { return nil }
        let configured: String
        do throws(SettingsError) { configured = try setting.url() } catch {
            throw ConnectionProblem(.configuration, error.description)
        }
        return try place(
            configured,
            "\(settings.file ?? ""): \(source.key)",
            .configuration,
            source,
            settings,
            relativeTo: settings.file.map(ThisProcess.absoluteFolder)
        )
    }

    private static func place(
        _ url: String,
        _ name: String,
        _ origin: ConnectionProblem.Origin,
        _ source: URLSource,
        _ settings: Settings,
        relativeTo folder: String? = nil
    ) throws(ConnectionProblem) -> Place {
        let location: Location
        do throws(URLError) {
            location = try source.location(url, relativeTo: folder, settings)
        } catch {
            throw ConnectionProblem(origin, "\(name): \(error)")
        }
        if let problem = location.tls?.unusableFile {
            throw ConnectionProblem(.configuration, "\(name): \(location): \(problem)")
        }
        let table = source == .broker ? settings.brokerTLS : settings.backendTLS
        if folder == nil, settings.isOfWorkingDirectory, location.tls != nil,
            table?.trustsMore ?? false
        {
            // The folder may be somebody else's, unpacked or cloned.
            throw ConnectionProblem(
                .configuration,
                "./\(settings.file ?? ""): \(source.tlsKey) says which servers to trust, for a URL that the file "
                    + "does not hold (\(name)): name the file with --config if that is meant"
            )
        }
        return (location, location.completeURL ?? url)
    }

    /// `tq/tq.db` in `$XDG_STATE_HOME`, else in `~/.local/state`.
    private static func standard() throws(ConnectionProblem) -> Place {
        #if SQLite
        guard let state = UserFolder.state.path(ThisProcess.variable) else {
            throw ConnectionProblem(
                .configuration,
                "no broker is named, and the user has no home directory to keep one in: name it with "
                    + "--broker, or set $HOME"
            )
        }
        let location = Location.sqlite(path: "\(state)/tq/tq.db")
        return (location, "\(location)")
        #else
        throw ConnectionProblem(
            .configuration,
            "no broker is named: name it with --broker, $TQ_BROKER_URL, or broker_url in tq.toml"
        )
        #endif
    }
}
