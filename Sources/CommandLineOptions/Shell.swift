/// A shell for which a completion script can be made.
package enum Shell: String, CaseIterable, Sendable {
    case bash
    case zsh
    case fish
}
