import Glibc
internal import TaskQueue

/// Finds the settings file, and reads it.
package enum SettingsFile {
    /// Reads the first of: `option`, `$TQ_CONFIG`, `./tq.toml`, `$XDG_CONFIG_HOME/tq/tq.toml`,
    /// `/etc/tq/tq.toml`.
    ///
    /// `$XDG_CONFIG_HOME` is `~/.config` where it is not set. Without any this costs a failed open(2) for each of the last three, and nothing else.
    /// - Parameters:
    ///   - option: the value of `--config`. It, and `$TQ_CONFIG`, name a file that must exist.
    ///   - environment: the value of a variable; an empty one counts as one that is not set.
    /// - Returns: empty settings when there is no file.
    /// - Throws: ``SettingsError``, which names the file.
    package static func load(
        option: String?,
        environment: (String) -> String? = ThisProcess.variable
    ) throws(SettingsError) -> Settings {
        if let file = option ?? value("TQ_CONFIG", in: environment) {
            return try read(file)
        }
        return try read(firstOf: candidates(environment))
    }

    /// Reads one file, which must exist.
    ///
    /// - Throws: ``SettingsError``, which names the file.
    package static func read(_ file: String) throws(SettingsError) -> Settings {
        let contents: FileContents
        do throws(FileContentsError) {
            contents = try FileContents(file, limit: longest)
        } catch {
            throw .unreadable(file: file, reason: error.description)
        }
        guard !isForeign(contents.status) || !isPlanted(file) else { throw .planted(file: file) }
        return try settings(in: contents, of: file)
    }

    /// In bytes, far above what anybody writes; `--config` may name a file without an end.
    package static let longest = 16 * 1_048_576
}

extension SettingsFile {
    /// Reads the first file that exists; empty settings when none does.
    static func read(firstOf files: [String]) throws(SettingsError) -> Settings {
        for file in files {
            if let settings = try readIfExists(file) { return settings }
        }
        return Settings()
    }

    /// Where a settings file is looked for when none is named, most specific first.
    static func candidates(_ environment: (String) -> String?) -> [String] {
        let personal = UserFolder.config.path(environment).map { $0 + "/tq/tq.toml" }
        return [nameInWorkingDirectory, personal, "/etc/tq/tq.toml"].compactMap(\.self)
    }

    private static let nameInWorkingDirectory = "tq.toml"

    private static func readIfExists(_ file: String) throws(SettingsError) -> Settings? {
        let contents: FileContents
        do throws(FileContentsError) {
            contents = try FileContents(found: file, limit: longest) { !isForeign($0) }
        } catch {
            if isAbsent(file, after: error) { return nil }
            throw .unreadable(file: file, reason: error.description)
        }
        guard !isForeign(contents.status) else { throw .foreign(file: file) }
        var settings = try settings(in: contents, of: file)
        settings.isOfWorkingDirectory = file == nameInWorkingDirectory
        return settings
    }

    /// A file in a folder that we cannot enter cannot be told from a missing one.
    private static func isAbsent(_ file: String, after error: FileContentsError) -> Bool {
        switch error {
        case .system(ENOENT), .system(ENOTDIR): true
        case .system(EACCES): access(file, F_OK) != 0
        default: false
        }
    }

    private static func settings(
        in contents: FileContents,
        of file: String
    ) throws(SettingsError) -> Settings {
        var settings = Settings()
        settings.file = file
        let items = try items(in: contents, of: file)
        // Entries go by the time zone of the whole file, wherever it stands.
        let ordered =
            items.filter { $0.name != "beat_schedule" }
            + items.filter { $0.name == "beat_schedule" }
        try SettingsKey.read(ordered, by: Settings.keys, into: &settings)
        return settings
    }

    /// The keys of a file's first level, unless others can write the file.
    static func items(
        in contents: FileContents,
        of file: String
    ) throws(SettingsError) -> [SettingsItem] {
        try refuseOtherWriters(of: file, contents.status)
        let table: TOMLTable
        do throws(TOMLError) {
            table = try TOMLReader.read(contents.bytes)
        } catch {
            throw .syntax(file: file, error)
        }
        return SettingsItem.items(
            of: table,
            file: file,
            folder: ThisProcess.absoluteFolder(of: file)
        )
    }

    /// A pipe is nobody's to write once it is open.
    private static func refuseOtherWriters(
        of file: String,
        _ status: FileStatus
    ) throws(SettingsError) {
        guard status.kind == .file else { return }
        guard !status.isWritableByOthers else { throw .writableByOthers(file: file) }
        guard status.isWritableByGroup else { return }
        switch FileTrust().distrustOfGroup(of: file, status) {
        case .writableByGroup(_, let group): throw .writableByGroup(file: file, group: group)
        case .writableByList: throw .writableByList(file: file)
        default: break
        }
    }

    static func isForeign(_ status: FileStatus) -> Bool {
        status.owner != geteuid() && status.owner != 0
    }

    /// Whether anybody may have put the file where it is.
    private static func isPlanted(_ file: String) -> Bool {
        FileStatus(at: ThisProcess.absoluteFolder(of: file))?.isWritableByOthers ?? false
    }

    private static func value(_ name: String, in environment: (String) -> String?) -> String? {
        environment(name).flatMap { $0.isEmpty ? nil : $0 }
    }
}
