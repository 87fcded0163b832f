/// What is wrong with a line of stdin.
struct LineError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
