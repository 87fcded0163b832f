/// Options that stand together in `--help`, under one heading.
package struct OptionGroup: Sendable {
    package let heading: String
    package let options: [Option]

    package init(_ heading: String, _ options: [Option]) {
        self.heading = heading
        self.options = options
    }
}
