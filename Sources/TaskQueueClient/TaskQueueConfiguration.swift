package import CommandSupport
package import TaskQueue

/// Where tasks and results are, for a program that is none of tq's own.
///
/// What is `nil` is found as `tq-send` finds it: in the environment, then in `tq.toml`, then the default.
public struct TaskQueueConfiguration: Sendable {
    /// As `redis://localhost`, or `sqlite:PATH`.
    public var brokerURL: String?
    /// The same place as the broker, if nobody says otherwise.
    public var resultBackendURL: String?
    /// The settings file; `nil`: `$TQ_CONFIG`, or the one that is found from the working directory.
    public var settingsFile: String?

    /// What is left out is found as `tq-send` finds it.
    public init(
        brokerURL: String? = nil,
        resultBackendURL: String? = nil,
        settingsFile: String? = nil
    ) {
        self.brokerURL = brokerURL
        self.resultBackendURL = resultBackendURL
        self.settingsFile = settingsFile
    }
}

extension TaskQueueConfiguration {
    /// What it leads to.
    ///
    /// - Throws: ``TaskQueueError`` of the kind `settings`.
    package func read() throws(TaskQueueError) -> (Settings, CommonOptions) {
        let settings: Settings
        do throws(SettingsError) { settings = try SettingsFile.load(option: settingsFile) } catch {
            throw TaskQueueError(.settings, error.description)
        }
        do throws(CommandError) {
            let options = try CommonOptions(
                brokerURL: brokerURL,
                backendURL: resultBackendURL,
                calling: ("brokerURL", "resultBackendURL"),
                settings
            )
            return (settings, options)
        } catch {
            throw TaskQueueError(error)
        }
    }
}
