/// A URL that cannot be used, and why.
///
/// The URL is shown without its password.
package struct URLError: Error, Equatable, Sendable {
    package let url: String
    package let reason: String

    package init(_ url: URLText, _ reason: String) {
        self.url = url.redacted
        self.reason = reason
    }

    package init(unreadable reason: String) {
        url = ""
        self.reason = reason
    }
}

extension URLError: CustomStringConvertible {
    package var description: String { url.isEmpty ? reason : "\(url): \(reason)" }
}
