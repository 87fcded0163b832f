import TaskQueue

/// What was done to one of several `tq-beat`.
struct BeatFault {
    /// `killed`, `stopped`, `ended`; or `over`, when the last was long past.
    let kind: String
    /// Which: `nil` for `over`.
    let number: Int?
    /// Just before.
    let time: Timestamp

    /// Reads `killed 1 1767225600.123456`; `nil` for other lines.
    init?(_ line: String) {
        let words = line.split(separator: " ")
        guard words.count == 3, let time = Double(words[2]) else { return nil }
        kind = String(words[0])
        number = Int(words[1])
        self.time = Timestamp(secondsSinceEpoch: time)
    }
}
