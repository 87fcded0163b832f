internal import TaskQueue

/// A file of the zone database.
enum ZoneTarget {
    /// A day beyond the first and the last instant that there is, and some between.
    private static let seconds = [
        -62_135_683_200, -62_135_596_800, -1, 0, 1, 1_798_131_600, 4_102_444_800, 253_402_387_199,
    ]

    static func read(_ bytes: [UInt8]) {
        var reader = ZoneFileReader(bytes)
        guard let rules = try? reader.read() else { return }
        for second in seconds {
            let period = rules.period(containing: second)
            expect(period.start <= second && second < period.end, "a second is not in its period")
        }
    }
}
