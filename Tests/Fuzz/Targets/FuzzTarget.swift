/// A reader of what comes from outside, and what must hold of whatever it is given.
///
/// No input may end the process, and none may run on: `make fuzz` hands them what libFuzzer makes up, and
/// the tests a number of variants of good ones.
package enum FuzzTarget: String, CaseIterable, Sendable {
    case message, json, toml, crontab, zone, url, reply

    /// Reads the bytes; a promise that they break ends the process.
    package func read(_ bytes: [UInt8]) {
        switch self {
        case .message: MessageTarget.read(bytes)
        case .json: JSONTarget.read(bytes)
        case .toml: SettingsTarget.readTOML(bytes)
        case .crontab: SettingsTarget.readCrontab(bytes)
        case .zone: ZoneTarget.read(bytes)
        case .url: URLTarget.read(bytes)
        case .reply: ReplyTarget.read(bytes)
        }
    }
}

/// Ends the process with a sentence unless something holds.
func expect(_ holds: Bool, _ sentence: @autoclosure () -> String) {
    if !holds { fatalError(sentence()) }
}
