/// One row of a program's table of options: what the parser, `--help`, the completions and the
/// comparison with the man page all read.
package struct Option: Sendable {
    /// The name after `--`, in ASCII, also the key under which ``ParsedArguments`` finds it.
    package let long: String
    /// The letter after `-`, in ASCII; `nil` if it has none.
    package let short: Unicode.Scalar?
    package let value: OptionValue
    /// One line for `--help`, lowercase and without a full stop, at most 46 columns.
    package let help: String
    /// Whether each occurrence counts; of other options the last one wins.
    package let repeats: Bool
    /// What a shell offers as the value; of ``Completion/choices(_:)`` the parser accepts no others.
    package let completion: Completion
    /// Whether, once this option is read, everything after the first operand is an operand too,
    /// even `--` and what looks like an option: for scripts that pass on data they do not trust.
    package let keepsOperands: Bool
    /// Whether what follows is a part of its own: operands, and options of which each part has its own.
    package let beginsPart: Bool
    /// Whether `--help`, the completions and the dump leave it out.
    package let isHidden: Bool

    package init(
        _ long: String,
        short: Unicode.Scalar? = nil,
        value: OptionValue = .none,
        help: String,
        repeats: Bool = false,
        completion: Completion = .none,
        keepsOperands: Bool = false,
        beginsPart: Bool = false,
        isHidden: Bool = false
    ) {
        self.long = long
        self.short = short
        self.value = value
        self.help = help
        self.repeats = repeats
        self.completion = completion
        self.keepsOperands = keepsOperands
        self.beginsPart = beginsPart
        self.isHidden = isHidden
    }
}

extension Option {
    /// All its names as they are typed, the short one first: `["-Q", "--queue"]`.
    var names: [String] {
        guard let short else { return ["--\(long)"] }
        return ["-\(short)", "--\(long)"]
    }
}
