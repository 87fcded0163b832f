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
        let broker = try Self.location(
            flag: "broker",
            variable: "TQ_BROKER_URL",
            setting: settings.brokerURL,
            key: "broker_url",
            arguments,
            settings
        )
        let backend = try Self.location(
            flag: "result-backend",
            variable: "TQ_RESULT_BACKEND",
            setting: settings.resultBackend,
            key: "result_backend",
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

    private static func location(
        flag: String,
        variable: String,
        setting: ConfiguredURL?,
        key: String,
        _ arguments: ParsedArguments,
        _ settings: Settings
    ) throws(CommandError) -> Place? {
        if let url = arguments.value(flag) { return try place(url, "--\(flag)", .usage) }
        if let url = SettingsFile.processEnvironment(variable), !url.isEmpty {
            return try place(url, "$\(variable)", .badConfiguration)
        }
        guard let setting else { return nil }
        let configured: String
        do throws(SettingsError) { configured = try setting.url() } catch {
            throw CommandError(error)
        }
        return try place(
            configured,
            "\(settings.file ?? ""): \(key)",
            .badConfiguration,
            relativeTo: settings.file.map(SettingsFile.absoluteFolder)
        )
    }

    private static func place(
        _ url: String,
        _ source: String,
        _ code: ExitCode,
        relativeTo folder: String? = nil
    ) throws(CommandError) -> Place {
        do throws(URLError) {
            let folder = folder ?? SettingsFile.workingDirectory
            let location = try Location(url: url, relativeTo: folder)
            if case .sqlite = location { return (location, "\(location)") }
            return (location, url)
        } catch {
            throw CommandError(code, "\(source): \(error)")
        }
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
