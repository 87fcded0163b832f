/// Where a look through what a server has goes on.
struct ScanCursor {
    /// As it is sent: `0` at the beginning.
    private(set) var text = "0"

    /// Takes the next from an answer.
    ///
    /// A server that answers what no cursor can be is at its end: else it could be asked for ever.
    ///
    /// - Returns: whether there is more.
    mutating func advance(to answer: String?) -> Bool {
        guard let answer, let number = UInt64(answer), number != 0, answer != text else {
            return false
        }
        text = answer
        return true
    }
}
