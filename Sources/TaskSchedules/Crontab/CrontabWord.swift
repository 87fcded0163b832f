internal import TaskQueue

/// cron's words for whole lines.
enum CrontabWord {
    private static let lines = [
        ("@yearly", "0 0 1 1 *"),
        ("@annually", "0 0 1 1 *"),
        ("@monthly", "0 0 1 * *"),
        ("@weekly", "0 0 * * 0"),
        ("@daily", "0 0 * * *"),
        ("@midnight", "0 0 * * *"),
        ("@hourly", "0 * * * *"),
    ]

    /// For a message.
    static let list = "@yearly, @monthly, @weekly, @daily or @hourly"

    /// The five fields that a word stands for.
    static func line(for word: String) throws(CrontabError) -> String {
        if word == "@reboot" { throw .reboot }
        guard let line = lines.first(where: { $0.0 == word })?.1 else {
            if word == "@every" { throw .unknownWord(word, hint: "every 10s") }
            throw .unknownWord(word, hint: Spelling.nearest(to: word, among: lines.map(\.0)))
        }
        return line
    }
}
