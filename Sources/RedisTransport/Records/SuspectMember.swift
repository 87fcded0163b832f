internal import TaskQueue

/// Where a task under suspicion stands in ``RedisKeys/suspects(_:)``.
///
/// The first character of a member says its priority step and its losses: it is that many places behind "A",
/// the losses being 1, or 2 for all that are more. The scores order the tasks by that character, and then by
/// time. In a delayed set the character stands in the place of the digit.
enum SuspectMember {
    /// Milliseconds since the epoch are less than that.
    static let scoreStep = 1e13

    private static func code(_ step: Int, _ losses: Int) -> Int { step + min(losses, 2) }

    /// The digit of the step for a task without losses; else a letter.
    static func byte(step: Int, losses: Int) -> UInt8 {
        if losses <= 0 { return UInt8(ascii: "0") + UInt8(step) }
        return UInt8(ascii: "A") + UInt8(code(step, losses))
    }

    /// What precedes the envelope.
    static func prefix(step: Int, losses: Int) -> [UInt8] { [byte(step: step, losses: losses)] }

    /// `milliseconds` orders it among those of its step and losses.
    static func score(step: Int, losses: Int, milliseconds: Int64) -> String {
        String(Double(code(step, losses)) * scoreStep + Double(milliseconds))
    }
}
