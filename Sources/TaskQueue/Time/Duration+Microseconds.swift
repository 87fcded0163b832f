extension Duration {
    /// The whole microseconds in this length of time, cut towards zero; `Int64.max` or `.min`
    /// beyond 292,000 years.
    package var microseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (sum, exceeds) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        guard !overflows, !exceeds else { return seconds < 0 ? .min : .max }
        return sum
    }
}
