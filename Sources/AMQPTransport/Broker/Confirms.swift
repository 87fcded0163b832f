/// Which of the messages that were published are confirmed.
struct Confirms {
    private var last: UInt64 = 0
    /// The one before the first of a batch.
    private var start: UInt64 = 0
    private var open: Set<UInt64> = []
    private(set) var refusals = 0
    /// The routing key of a message that no queue has taken; `nil`: none was returned.
    var returned: String?

    /// How many are not confirmed yet.
    var count: Int { open.count }

    /// How many of the batch were published.
    var begun: Int { Int(last - start) }

    /// How many of the first of the batch are stored for certain.
    var stored: Int {
        guard refusals == 0, returned == nil else { return 0 }
        return Int((open.filter { $0 > start }.min() ?? last + 1) - 1 - start)
    }

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

    /// Begins a batch, and forgets what went wrong with others.
    mutating func begin() { (refusals, returned, start) = (0, nil, last) }
}
