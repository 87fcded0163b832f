package import TaskQueue

/// A URL of the settings, or the file that holds it so that its password stands nowhere else.
package enum ConfiguredURL: Hashable, Sendable {
    case written(String)
    /// `path` is absolute; the place is that of the setting.
    case inFile(path: String, SettingsPlace)
}

extension ConfiguredURL {
    /// The URL; a file is read now, without the newline at its end.
    ///
    /// Anyone who can write the file decides where tasks come from: it is refused where a settings file would be.
    ///
    /// - Throws: ``SettingsError/unreadableValue(_:path:reason:)`` when the file cannot be read or
    ///   is empty, ``SettingsError/distrustedValue(_:_:)`` when others can write it.
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
            if let distrust = Self.distrust(of: path, contents.status) {
                throw .distrustedValue(place, distrust)
            }
            guard let url = Self.line(contents.bytes) else {
                throw .unreadableValue(place, path: path, reason: "it has to hold one line of text")
            }
            return url
        }
    }

    /// Whether the URL has a password that other users may read; `nil`: not as far as can be told, else the
    /// file.
    package var fileReadByOthers: String? {
        guard case .inFile(let path, _) = self,
            let contents = try? FileContents(path, limit: 65_536), contents.status.kind == .file,
            contents.status.isReadableByOthers,
            let url = Self.line(contents.bytes), URLRedaction.redacted(url) != url
        else { return nil }
        return path
    }

    /// Why a file is refused; `nil`: it is not.
    ///
    /// A pipe is nobody's to write once it is open.
    private static func distrust(of path: String, _ status: FileStatus) -> Distrust? {
        guard status.kind == .file else { return nil }
        let trust = FileTrust()
        if status.isWritableByOthers { return .writableByOthers(path: path) }
        if let distrust = trust.distrust(ofFile: path) { return distrust }
        return status.isWritableByGroup ? trust.distrustOfGroup(of: path, status) : nil
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
