/// Whether an option takes a value, and what `--help` calls it.
package enum OptionValue: Sendable, Equatable {
    /// A flag.
    case none
    /// `--queue NAME`, `--queue=NAME`, `-Q NAME` or `-QNAME`.
    case required(String)
    /// `--burst` or `--burst=WORD`: never the next argument, and never with the short name.
    case attached(String)
}
