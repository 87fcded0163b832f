import Glibc
internal import TaskQueue
internal import TaskSchedules

/// The drop-in folder `beat.d`: files of entries beside the settings file, so that each package or
/// project brings its own.
package enum BeatFolder {
    /// Adds the entries of every `*.toml` in `beat.d` beside the settings file, by the files' names.
    ///
    /// Each file holds tables `[beat_schedule.NAME]` and nothing else, and is refused where a settings
    /// file would be. Without a settings file, or without the folder, nothing is added.
    /// - Throws: ``SettingsError``, also for a name that is there twice.
    package static func addEntries(to settings: inout Settings) throws(SettingsError) {
        guard let file = settings.file else { return }
        let parent = file.last("/").map { String(file[...$0]) } ?? ""
        let folder = parent + "beat.d"
        for name in try names(in: folder) {
            for entry in try entries("\(folder)/\(name)", zone: settings.timezone) {
                if let other = settings.beatSchedule.first(where: { $0.name == entry.name }) {
                    throw .badValue(
                        entry.place,
                        reason:
                            "\(other.place.file):\(other.place.line) has an entry of that name: "
                            + "rename one of them"
                    )
                }
                settings.beatSchedule.append(entry)
            }
        }
    }

    /// The entries of one file.
    private static func entries(
        _ file: String,
        zone: LocalTimeZone?
    ) throws(SettingsError) -> [BeatEntry] {
        let contents: FileContents
        do throws(FileContentsError) {
            contents = try FileContents(found: file, limit: SettingsFile.longest) {
                !SettingsFile.isForeign($0)
            }
        } catch {
            throw .unreadable(file: file, reason: error.description)
        }
        guard !SettingsFile.isForeign(contents.status) else {
            throw .unreadable(file: file, reason: "it belongs to another user")
        }
        var settings = Settings()
        settings.timezone = zone
        try SettingsKey.read(
            SettingsFile.items(in: contents, of: file),
            by: Settings.keys.filter { $0.name == "beat_schedule" },
            hint: "a file in beat.d has tables [beat_schedule.NAME] only",
            into: &settings
        )
        return settings.beatSchedule
    }

    /// Sorted by their bytes, without hidden ones and those that editors and packages leave behind.
    private static func names(in folder: String) throws(SettingsError) -> [String] {
        guard let directory = opendir(folder) else {
            if errno == ENOENT || errno == ENOTDIR { return [] }
            throw .unreadable(file: folder, reason: String(cString: strerror(errno)))
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.ends(with: ".toml"), !name.begins(with: ".") { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
