/// Where a setting stands, for a message.
package struct SettingsPlace: Hashable, Sendable {
    /// As it was given or found.
    package let file: String
    /// From 1.
    package let line: Int
    /// The whole key, `tasks."sms.send".run`.
    package let key: String

    package init(file: String, line: Int, key: String) {
        self.file = file
        self.line = line
        self.key = key
    }
}

extension SettingsPlace: CustomStringConvertible {
    package var description: String { "\(file):\(line): \(key)" }
}
