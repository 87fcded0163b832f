/// What is wrong with a signature.
package struct SignatureProblem: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }

    /// An option that is not what it has to be.
    init(_ option: String, _ expected: String) {
        self.init("its option \(ForeignText.quoted(option)) is not \(expected)")
    }
}
