/// Why words cannot be the arguments of a task.
package enum TaskArgumentsError: Error, Sendable, Equatable {
    /// What follows `:` or `key:=` in a word.
    case notJSON(String, JSONError)
    /// The value of an option, by its name.
    case optionNotJSON(String, JSONError)
    /// A keyword argument, by its key.
    case givenTwice(String)
}

extension TaskArgumentsError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notJSON(let word, let error):
            "'\(word)' is not JSON: \(error): for a string leave out the colon"
        case .optionNotJSON(let option, let error):
            "the value of \(option) is not JSON: \(error)"
        case .givenTwice(let key):
            "the keyword argument '\(key)' is given twice"
        }
    }
}
