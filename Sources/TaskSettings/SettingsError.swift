package import TaskQueue

/// Why the settings cannot be used; a command that meets it exits with 78.
package enum SettingsError: Error, Sendable, Equatable {
    /// The settings file is named or found, but cannot be read.
    case unreadable(file: String, reason: String)
    /// Others can write the file, and so decide what a worker runs.
    case writableByOthers(file: String)
    /// A group with other members can write the file.
    case writableByGroup(file: String, group: String)
    /// An access control list lets others write the file.
    case writableByList(file: String)
    /// A file that was found, not named, and belongs to another user: a person who puts it there must not
    /// decide where our tasks go.
    case foreign(file: String)
    /// A file that was named, but belongs to another user and is where anybody may have put it.
    case planted(file: String)
    /// The file is not TOML, or a key is set twice.
    case syntax(file: String, TOMLError)
    /// `hint` is a clause on what was probably meant.
    case unknownKey(SettingsPlace, hint: String?)
    /// `expected` and `found` with their articles.
    case wrongType(SettingsPlace, expected: String, found: String)
    case badValue(SettingsPlace, reason: String)
    /// The file that a setting names, such as `broker_url_file`, cannot be used.
    case unreadableValue(SettingsPlace, path: String, reason: String)
    /// Others can write the file that a setting names.
    case distrustedValue(SettingsPlace, Distrust)
}

extension SettingsError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let file, let reason):
            "cannot read the settings file \(file): \(reason)"
        case .writableByOthers(let file):
            "refused the settings file \(file), which others can write: chmod o-w it"
        case .writableByGroup(let file, let group):
            "refused the settings file \(file), which the group \(group) can write: chmod g-w it"
        case .writableByList(let file):
            "refused the settings file \(file), which an access control list lets others write: "
                + "chmod g-w it"
        case .planted(let file):
            "refused the settings file \(file), which belongs to another user and is in a folder that "
                + "others can write: move it"
        case .foreign(let file):
            "refused the settings file \(file), which belongs to another user: if it is meant, name it "
                + "with --config"
        case .syntax(let file, let error):
            "\(file):\(error.line):\(error.column): \(error.reason)"
        case .unknownKey(let place, let hint):
            "\(place.file):\(place.line): unknown key \"\(place.key)\""
                + (hint.map { ": \($0)" } ?? "")
        case .wrongType(let place, let expected, let found):
            "\(place): expected \(expected), not \(found)"
        case .badValue(let place, let reason):
            "\(place): \(reason)"
        case .unreadableValue(let place, let path, let reason):
            "\(place): cannot read \(path): \(reason)"
        case .distrustedValue(let place, let distrust):
            "\(place): refused because \(distrust)"
        }
    }
}

extension SettingsError {
    /// The line that it is about, from 1; `nil` for a whole file.
    package var line: Int? {
        switch self {
        case .syntax(_, let error): error.line
        case .unknownKey(let place, _), .wrongType(let place, _, _), .badValue(let place, _),
            .unreadableValue(let place, _, _), .distrustedValue(let place, _):
            place.line
        default: nil
        }
    }

    /// What is wrong, without the place, for callers that name it in other words.
    package var problem: String {
        switch self {
        case .syntax(_, let error): error.reason
        case .unknownKey(_, let hint): "there is no such key" + (hint.map { ": \($0)" } ?? "")
        case .wrongType(_, let expected, let found): "expected \(expected), not \(found)"
        case .badValue(_, let reason): reason
        case .unreadableValue(_, let path, let reason): "cannot read \(path): \(reason)"
        case .distrustedValue(_, let distrust): "refused because \(distrust)"
        default: description
        }
    }
}
