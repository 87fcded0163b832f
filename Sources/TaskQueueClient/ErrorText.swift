internal import FoundationEssentials

/// The words for an error that people read wherever they read a task's result.
package enum ErrorText {
    /// What its author wrote for people; else nothing of what it holds, which may be a secret.
    package static func message(of error: any Error) -> String {
        if let text = (error as? any LocalizedError)?.errorDescription { return text }
        if let problem = CodingProblem(error) { return problem.description }
        if let error = error as? any CustomStringConvertible { return error.description }
        return caseName(of: error)
            ?? "it has no description: let it be a LocalizedError, or throw a TaskError"
    }

    /// The name of an enumeration's case, without what the case holds; `nil`: it is not an enumeration.
    private static func caseName(of error: any Error) -> String? {
        let mirror = Mirror(reflecting: error)
        guard mirror.displayStyle == .enum else { return nil }
        return mirror.children.first?.label ?? "\(error)"
    }
}
