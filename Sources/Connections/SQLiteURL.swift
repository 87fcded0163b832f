internal import TaskQueue

/// A URL that names an SQLite file: `sqlite:PATH`; `sqlite:///PATH` is how other tools write an absolute one.
enum SQLiteURL {
    private static let scheme = "sqlite:"

    /// Reads a URL.
    ///
    /// - Parameters:
    ///   - text: begins with the scheme; `%XX` is a byte, and `~` at the beginning the home directory.
    ///   - folder: absolute: from where a relative path leads.
    ///   - environment: the value of a variable.
    /// - Returns: the absolute path of the file that it names.
    /// - Throws: ``URLError`` if it names no file, or says more than that.
    static func path(
        _ text: String,
        relativeTo folder: String,
        environment: (String) -> String? = ThisProcess.variable
    ) throws(URLError) -> String {
        var rest = text[text.utf8.index(text.startIndex, offsetBy: scheme.utf8.count)...]
        if rest.begins(with: "//") { rest = rest[rest.utf8.index(rest.startIndex, offsetBy: 2)...] }
        let plain = URLText.decoded(rest) ?? ""
        guard !plain.holds(":memory:"), !plain.holds("mode=memory") else {
            throw URLError(
                unreadable:
                    "sqlite: a database in memory is seen by one program only, and ends with it: "
                    + "name a file, as sqlite:/tmp/FOLDER/q.db"
            )
        }
        guard rest.first("?") == nil else {
            throw URLError(
                unreadable:
                    "sqlite: takes a path and no parameters; a ? in a file's name is written %3F"
            )
        }
        guard let path = URLText.decoded(rest), !path.utf8.contains(0),
            !path.holds("\u{FFFD}") || rest.holds("\u{FFFD}")
        else {
            throw URLError(
                unreadable:
                    "sqlite: % and two digits are a byte of the path, in UTF-8; a % in a file's name "
                    + "is written %25"
            )
        }
        return try file(path, folder, environment)
    }

    private static func file(
        _ path: String,
        _ folder: String,
        _ environment: (String) -> String?
    ) throws(URLError) -> String {
        guard let last = path.pieces(separatedBy: "/").last, !["", ".", "..", "~"].contains(last)
        else {
            throw URLError(unreadable: "sqlite: names no file: write it as sqlite:PATH")
        }
        guard !path.begins(with: "file:") else {
            throw URLError(unreadable: "sqlite: takes a path, without file:")
        }
        if path.isAbsolutePath {
            return "/" + String(Substring(path.utf8.drop { $0 == UInt8(ascii: "/") }))
        }
        guard path.begins(with: "~") else { return "\(folder)/\(path)" }
        guard path.begins(with: "~/") else {
            throw URLError(
                unreadable:
                    "sqlite: of names that begin with ~ only ~/, your home directory, is known; "
                    + "write a file with that name as ./~NAME"
            )
        }
        guard let home = UserFolder.home(environment), home.isAbsolutePath else {
            throw URLError(unreadable: "sqlite: ~ means nothing here: $HOME is not set")
        }
        return home + String(Substring(path.utf8.dropFirst()))
    }

    /// The URL of a path, which ``path(_:relativeTo:environment:)`` reads.
    static func text(_ path: String) -> String {
        var text = scheme
        for scalar in path.unicodeScalars {
            switch scalar {
            case "%": text += "%25"
            case "?": text += "%3F"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
