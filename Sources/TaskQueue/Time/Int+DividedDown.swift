extension BinaryInteger {
    /// Quotient and remainder with the remainder never negative, as a calendar needs before 1970; the
    /// divisor is above zero.
    package func dividedDown(by divisor: Self) -> (quotient: Self, remainder: Self) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
