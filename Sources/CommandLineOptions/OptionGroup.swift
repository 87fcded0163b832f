/// Options that stand together in `--help`, under one heading.
package struct OptionGroup: Sendable {
    package let heading: String
    package let options: [Option]
    /// Whether each part of a command line has them for itself: see ``Option/beginsPart``.
    package let isOfPart: Bool

    package init(_ heading: String, _ options: [Option], isOfPart: Bool = false) {
        self.heading = heading
        self.options = options
        self.isOfPart = isOfPart
    }
}
