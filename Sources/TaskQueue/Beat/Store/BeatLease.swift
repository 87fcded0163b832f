internal import Glibc

/// The right to send the firings of some entries, which one process has at a time.
package struct BeatLease: Hashable, Sendable {
    /// How long it lasts if nobody renews it: a firing may be this late when its sender dies.
    package static let length: Duration = .seconds(5)
    /// How often it is renewed.
    package static let renewalInterval: Duration = .milliseconds(1666)

    /// Stands for the entries: processes with the same entries ask for the same lease; those with others
    /// do not concern them.
    package let group: String
    /// The asking process: no other has the same name.
    package let holder: String

    package init(group: String, holder: String) {
        self.group = group
        self.holder = holder
    }

    /// The lease of entries with these names.
    package init(entries names: [String], holder: String) {
        group = SHA1.shortText(names.sorted().joined(separator: "\n"))
        self.holder = holder
    }

    /// Names this process for people too: host, process, and something unique.
    package static func newHolder() -> String {
        "\(Host.name):\(getpid()):\(UUIDText.random().prefix(8))"
    }
}
