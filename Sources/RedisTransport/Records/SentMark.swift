/// By what a script remembers messages that were sent: a field of a hash, which only grows, or a string.
struct SentMark: Equatable {
    let key: String
    let value: String
    /// Empty: the key is a string.
    let field: String
    /// In seconds; `nil`: for ever.
    let lifetime: Int64?

    /// What is remembered of a task whose result nobody may ask for: nothing.
    static func nothing(_ key: String) -> SentMark {
        SentMark(key: key, value: "", field: "", lifetime: nil)
    }
}
