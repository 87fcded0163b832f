/// Which of the messages that were published are confirmed.
struct Confirms {
    private var last: UInt64 = 0
    private var open: Set<UInt64> = []
    private(set) var refusals = 0
    /// The routing key of a message that no queue has taken; `nil`: none was returned.
    var returned: String?

    /// How many are not confirmed yet.
    var count: Int { open.count }

    /// One more is published.
    mutating func publish() {
        last += 1
        open.insert(last)
    }

    mutating func settle(_ tag: UInt64, _ isMultiple: Bool, isStored: Bool) {
        let before = open.count
        if isMultiple { open = open.filter { $0 > tag } } else { open.remove(tag) }
        if !isStored { refusals += before - open.count }
    }

    /// The channel is a new one: what was not confirmed never will be.
    mutating func restart() { self = Confirms() }

    /// Forgets what went wrong.
    mutating func forgive() { (refusals, returned) = (0, nil) }
}
