/// Which release of tq this is.
package enum Release {
    /// As `--version` prints it, a semantic version.
    package static let version = "0.1.0"
}
