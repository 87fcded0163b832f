/// A URL of the settings, or the file that holds it so that its password stands nowhere else.
package enum ConfiguredURL: Hashable, Sendable {
    case written(String)
    /// `path` is absolute; the place is that of the setting.
    case inFile(path: String, SettingsPlace)
}

extension ConfiguredURL {
    /// The URL; a file is read now, without the newline at its end.
    ///
    /// - Throws: ``SettingsError/unreadableValue(_:path:reason:)`` when the file cannot be read or
    ///   is empty.
    package func url() throws(SettingsError) -> String {
        switch self {
        case .written(let url):
            return url
        case .inFile(let path, let place):
            let contents: FileContents
            do throws(FileContentsError) {
                contents = try FileContents(path, limit: 65_536)
            } catch {
                throw .unreadableValue(place, path: path, reason: error.description)
            }
            guard let url = Self.line(contents.bytes) else {
                throw .unreadableValue(place, path: path, reason: "it has to hold one line of text")
            }
            return url
        }
    }

    /// The one line of a file; `nil` if it is empty, or there are more.
    private static func line(_ bytes: [UInt8]) -> String? {
        var line = bytes[...]
        if line.last == UInt8(ascii: "\n") { line.removeLast() }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        guard !line.isEmpty, line.allSatisfy({ $0 >= 0x20 }) else { return nil }
        return String(validating: line, as: UTF8.self)
    }
}
