internal import Glibc

/// The right to send the firings of some entries, which one process has at a time.
package struct BeatLease: Hashable, Sendable {
    /// How long it lasts if nobody renews it: so long may a firing be late when its sender dies.
    package static let length: Duration = .seconds(5)
    /// How often it is renewed.
    package static let renewalInterval: Duration = .milliseconds(1666)

    /// Stands for the entries: processes with the same entries ask for the same lease, those with others
    /// are none of their business.
    package let group: String
    /// Who asks: no other process has the same.
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

    /// Names this process to people too: host, process, and something that no other has.
    package static func newHolder() -> String {
        "\(Host.name):\(getpid()):\(UUIDText.random().prefix(8))"
    }
}
