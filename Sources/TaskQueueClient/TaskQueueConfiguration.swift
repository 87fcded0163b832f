package import Connections
internal import TaskQueue
package import TaskSettings

/// Where tasks and results are, for a program that is not one of tq's own.
///
/// Where a property is `nil`, the value is found as by `tq-send`: in the environment, then in `tq.toml`, then the
/// default. But a broker that is named here keeps its results too, whatever these say, unless
/// ``resultBackendURL`` is named as well.
public struct TaskQueueConfiguration: Sendable {
    /// As `redis://localhost`, or `sqlite:PATH`.
    public var brokerURL: String?
    /// `nil`: the same place as ``brokerURL``, if that is named.
    public var resultBackendURL: String?
    /// The settings file; `nil`: `$TQ_CONFIG`, or the file found from the working directory.
    public var settingsFile: String?
    /// Whether to ignore the environment and the settings file.
    package private(set) var isIsolated = false

    /// Values that are left out are found as by `tq-send`.
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
    /// Ignores the environment and the settings file: for tests, and for libraries.
    ///
    /// ```swift
    /// let configuration = TaskQueueConfiguration.isolated(brokerURL: "sqlite:/tmp/test/tq.db")
    /// ```
    ///
    /// - Parameters:
    ///   - brokerURL: as `redis://localhost`, or `sqlite:PATH`.
    ///   - resultBackendURL: `nil`: the same place.
    /// - Returns: a complete configuration.
    public static func isolated(
        brokerURL: String,
        resultBackendURL: String? = nil
    ) -> TaskQueueConfiguration {
        var configuration = TaskQueueConfiguration(
            brokerURL: brokerURL,
            resultBackendURL: resultBackendURL
        )
        configuration.isIsolated = true
        return configuration
    }

    /// The settings that follow from it.
    ///
    /// - Throws: ``TaskQueueError`` of the kind `settings`.
    package func read() throws(TaskQueueError) -> (Settings, CommonOptions) {
        let settings: Settings
        do throws(SettingsError) {
            settings = isIsolated ? Settings() : try SettingsFile.load(option: settingsFile)
        } catch {
            throw TaskQueueError(.settings, error.description)
        }
        do throws(ConnectionProblem) {
            let options = try CommonOptions(
                brokerURL: brokerURL,
                backendURL: resultBackendURL,
                calling: ("brokerURL", "resultBackendURL"),
                ownsResults: brokerURL != nil,
                settings
            )
            return (settings, options)
        } catch {
            throw TaskQueueError(error)
        }
    }
}
