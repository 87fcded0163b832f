internal import TaskQueue

/// Stores records without a message to forget.
struct StoreResults: RedisScript {
    typealias Answer = Void

    let results: [StoredResult]
    /// Zero: they are kept for ever.
    let lifetime: Duration

    static let text = ScriptText(
        arguments: ["lifetime"],
        hasRows: true,
        uses: [.store],
        """
        for k = firstKey, #KEYS do
            local problem = store(KEYS[k], ARGV[k - firstKey + firstArgument], lifetime)
            if problem then return problem end
        end
        return #KEYS
        """
    )

    var keys: [String] { results.map { RedisKeys.result($0.id) } }

    var argumentSize: Int { results.reduce(64) { $0 + $1.size + 32 } }

    func addArguments(to command: inout RedisCommand) {
        command.add(milliseconds: lifetime)
        for result in results { command.add(result.json) }
    }
}
