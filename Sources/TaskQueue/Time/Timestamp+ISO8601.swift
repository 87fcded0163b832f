extension Timestamp {
    /// Reads a time as Celery's messages have it; one without an offset is UTC, a date alone its
    /// midnight.
    ///
    /// Celery reads these with Python's `dateutil.parser.isoparse` and takes naive ones for UTC.
    /// - Returns: `nil` for other text, a date that does not exist, or an instant outside the years
    ///   1 to 9999.
    package init?(iso8601 text: some StringProtocol) {
        guard let civil = CivilDateTime(iso8601: text) else { return nil }
        self.init(civil, utcOffset: civil.utcOffset ?? 0)
    }

    /// The same from bytes, which are only borrowed.
    package init?(iso8601 utf8: UnsafeBufferPointer<UInt8>) {
        guard let civil = CivilDateTime(iso8601: utf8) else { return nil }
        self.init(civil, utcOffset: civil.utcOffset ?? 0)
    }

    /// The instant at which a clock `utcOffset` seconds east of UTC shows `civil`; `nil` outside
    /// the range.
    init?(_ civil: CivilDateTime, utcOffset: Int) {
        let seconds = Int64(civil.secondsOnItsClock - utcOffset)
        let microseconds = seconds * 1_000_000 + Int64(civil.microsecond)
        self.init(microseconds: microseconds)
        // What had to be moved into the range was outside it.
        guard self.microseconds == microseconds else { return nil }
    }

    /// As Python's `isoformat()` writes it in UTC: `2026-11-23T02:50:27.296518+00:00`, no fraction
    /// when it is 0.
    package var iso8601: String {
        String(unsafeUninitializedCapacity: 32) { buffer in
            var writer = DigitWriter(buffer)
            writeDateAndTime(to: &writer)
            return writer.count
        }
    }

    private func writeDateAndTime(to writer: inout DigitWriter) {
        let (days, rest) = Int(microseconds).dividedDown(by: 86_400_000_000)
        let date = CivilDate(daysSinceEpoch: days)
        let second = rest / 1_000_000
        writer.write(date.year, digits: 4)
        writer.write("-")
        writer.write(date.month, digits: 2)
        writer.write("-")
        writer.write(date.day, digits: 2)
        writer.write("T")
        writer.write(second / 3_600, digits: 2)
        writer.write(":")
        writer.write(second / 60 % 60, digits: 2)
        writer.write(":")
        writer.write(second % 60, digits: 2)
        if rest % 1_000_000 != 0 {
            writer.write(".")
            writer.write(rest % 1_000_000, digits: 6)
        }
        writer.write("+00:00")
    }
}

extension Timestamp: CustomStringConvertible {
    package var description: String { iso8601 }
}
