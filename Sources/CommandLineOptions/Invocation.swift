/// What a command line asks of a program.
package enum Invocation: Sendable {
    /// To do its work.
    case run(ParsedArguments)
    /// To print this text on stdout, which ends in a newline, and exit with status 0: `--help`,
    /// `--version` and the like.
    case print(String)
}
