package import TaskQueue

/// What the options and settings say that all programs have: where broker and backend are, and how long
/// to wait for them.
package struct CommonOptions: Sendable {
    package let broker: Location
    /// The same as the broker, if nothing else is said.
    package let backend: Location
    /// The URLs as they were given, with their passwords: for the environment of commands.
    package let brokerURL: String
    package let backendURL: String
    package let connectTimeout: Duration
    /// `nil`: results are kept for ever.
    package let resultLifetime: Duration?
    package let isQuiet: Bool
    package let isVerbose: Bool

    /// Flag, then environment, then file, then default.
    package init(_ arguments: ParsedArguments, _ settings: Settings) throws(CommandError) {
        let broker = try Self.place(
            URLSource(
                flag: "broker",
                variable: "TQ_BROKER_URL",
                key: "broker_url",
                setting: settings.brokerURL,
                tls: settings.brokerTLS,
                transport: settings.brokerTransport
            ),
            arguments,
            settings
        )
        let backend = try Self.place(
            URLSource(
                flag: "result-backend",
                variable: "TQ_RESULT_BACKEND",
                key: "result_backend",
                setting: settings.resultBackend,
                tls: settings.backendTLS,
                transport: settings.backendTransport
            ),
            arguments,
            settings
        )
        let place: Place
        if let broker { place = broker } else { place = try Self.standard() }
        self.broker = place.location
        brokerURL = place.url
        self.backend = (backend ?? place).location
        backendURL = (backend ?? place).url
        connectTimeout = try Self.connectTimeout(arguments, settings)
        let lifetime = settings.resultExpires ?? .seconds(86_400)
        resultLifetime = lifetime == .zero ? nil : lifetime
        isQuiet = arguments.flag("quiet")
        isVerbose = arguments.flag("verbose")
    }

    private typealias Place = (location: Location, url: String)

    /// Where a URL may stand, and what the settings say beside it.
    private struct URLSource {
        let flag: String
        let variable: String
        let key: String
        let setting: ConfiguredURL?
        let tls: TLSOptions?
        let transport: TransportOptions
    }

    private static func place(
        _ source: URLSource,
        _ arguments: ParsedArguments,
        _ settings: Settings
    ) throws(CommandError) -> Place? {
        if let url = arguments.value(source.flag) {
            return try place(url, "--\(source.flag)", .usage, source)
        }
        if let url = SettingsFile.processEnvironment(source.variable), !url.isEmpty {
            return try place(url, "$\(source.variable)", .badConfiguration, source)
        }
        guard let setting = source.setting else { return nil }
        let configured: String
        do throws(SettingsError) { configured = try setting.url() } catch {
            throw CommandError(error)
        }
        return try place(
            configured,
            "\(settings.file ?? ""): \(source.key)",
            .badConfiguration,
            source,
            relativeTo: settings.file.map(SettingsFile.absoluteFolder)
        )
    }

    private static func place(
        _ url: String,
        _ name: String,
        _ code: ExitCode,
        _ source: URLSource,
        relativeTo folder: String? = nil
    ) throws(CommandError) -> Place {
        let location: Location
        do throws(URLError) {
            location = try Location(
                url: url,
                relativeTo: folder ?? SettingsFile.workingDirectory,
                tls: source.tls,
                transport: source.transport
            )
        } catch {
            throw CommandError(code, "\(name): \(error)")
        }
        if let problem = location.unreadableFile {
            throw CommandError(.badConfiguration, "\(name): \(location): \(problem)")
        }
        return (location, location.completeURL ?? url)
    }

    /// `tq/tq.db` in `$XDG_STATE_HOME`, else in `~/.local/state`.
    private static func standard() throws(CommandError) -> Place {
        guard let state = UserFolder.state.path(SettingsFile.processEnvironment) else {
            throw CommandError(
                .badConfiguration,
                "no broker is named, and the user has no home directory to keep one in: name it with "
                    + "--broker, or set $HOME"
            )
        }
        let path = "\(state)/tq/tq.db"
        return (.sqlite(path: path), "sqlite:\(path)")
    }

    private static func connectTimeout(
        _ arguments: ParsedArguments,
        _ settings: Settings
    ) throws(CommandError) -> Duration {
        do throws(UsageError) {
            let given = try arguments.value("connect-timeout", parsedBy: DurationText.parse)
            return given ?? settings.connectTimeout ?? .seconds(2)
        } catch {
            throw CommandError(error)
        }
    }
}
