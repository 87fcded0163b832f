package import TaskQueue

extension RedisBroker: AdvisingBroker {
    package func advice() throws(BrokerError) -> [ServerAdvice] {
        var fields: [Substring: Substring] = [:]
        for section in ["memory", "persistence"] {
            connection.append(RedisCommand("INFO").adding(section))
            // A user without the right to ask gets no advice.
            guard let text = try connection.reply().text else { continue }
            for line in text.split(whereSeparator: \.isNewline) {
                let pair = line.pieces(separatedBy: ":", atMost: 2)
                if pair.count == 2 { fields[pair[0]] = pair[1] }
            }
        }
        var advice: [ServerAdvice] = []
        if let policy = fields["maxmemory_policy"], policy != "noeviction",
            fields["maxmemory"] != "0"
        {
            advice.append(.mayEvict(policy: String(policy)))
        }
        if fields["aof_enabled"] == "0", fields["rdb_last_save_time"] != nil, try !hasSavePoints() {
            advice.append(.savesNothing)
        }
        return advice
    }

    /// Whether the server writes its database to a file now and then; true where it does not say.
    private func hasSavePoints() throws(BrokerError) -> Bool {
        connection.append(RedisCommand("CONFIG").adding("GET", "save"))
        let words = try connection.reply().elements
        return words.count < 2 || words[1].text != ""
    }
}
