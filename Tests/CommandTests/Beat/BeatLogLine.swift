import TaskQueue

/// A line of the log of one of several `tq-beat` that shows it to be the one that sends.
struct BeatLogLine {
    /// Which has written it.
    let number: Int
    let time: Timestamp
    /// The firing that it has sent; `nil`: it has just begun to send.
    let firing: Timestamp?

    /// `nil` for lines that say something else.
    init?(_ line: String, of number: Int) {
        guard let json = try? JSONText(line.utf8),
            let time = json[key: "time"]?.string.flatMap({ Timestamp(iso8601: $0) }),
            let message = json[key: "message"]?.string,
            message == "sent" || message == "sends periodic tasks"
        else { return nil }
        self.number = number
        self.time = time
        firing = json[key: "at"]?.string.flatMap { Timestamp(iso8601: $0) }
    }
}
