import Glibc
package import Testing

/// Something on this machine without which a test cannot run.
package enum Requirement {
    /// Whether a test that cannot run fails instead of being skipped, as CI wants it.
    static let isEnforced = getenv("TQ_REQUIRE_ALL").map { $0.pointee != 0 } ?? false
}

/// A test that CI does not allow to be skipped.
struct MissingRequirement: Error, CustomStringConvertible {
    let name: String

    var description: String {
        "\(name) is not there, and TQ_REQUIRE_ALL allows no skipping: run packaging/setup test"
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips a test or suite, saying why, where what it needs is missing; with `TQ_REQUIRE_ALL` in
    /// the environment, as on CI, the test fails instead.
    ///
    /// - Parameters:
    ///   - isMet: whether it is there, such as `RedisServer.isInstalled`.
    ///   - name: what is missing otherwise, as a person would look for it.
    /// - Returns: a trait for a test or a suite.
    package static func requires(
        _ isMet: @autoclosure @escaping @Sendable () -> Bool,
        _ name: String
    ) -> Self {
        .enabled("\(name) is not there: run packaging/setup test") {
            let isMet = isMet()
            guard isMet || !Requirement.isEnforced else { throw MissingRequirement(name: name) }
            return isMet
        }
    }
}
