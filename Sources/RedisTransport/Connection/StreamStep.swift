/// What came of one attempt to read or write, which never waits.
enum StreamStep {
    /// This many bytes were read or written, at least one.
    case moved(Int)
    /// It can go on when the descriptor is readable.
    case needsInput
    /// It can go on when the descriptor is writable.
    case needsOutput
    /// The other side has closed the connection.
    case ended
    /// Why, in the words of the system or the library.
    case failed(String)
}
