package import TaskQueue

extension RedisBroker: RecordStore {
    package func write(
        _ records: [SharedRecord],
        if condition: SharedRecord.Condition
    ) throws(BrokerError) -> [String?] {
        var stay: [String?] = []
        for batch in records.batches(of: Self.largestBatch) {
            stay += try scripts.run(WriteRecords(records: batch, condition: condition))
        }
        return stay
    }

    package func values(of keys: [SharedRecord.Key]) throws(BrokerError) -> [String?] {
        var values: [String?] = []
        for batch in keys.batches(of: Self.largestBatch) {
            var command = RedisCommand("MGET")
            for key in batch { command.add(RedisKeys.record(key)) }
            values += try connection.run(command).elements(batch.count).map(\.text)
        }
        return values
    }

    package func records(in space: String) throws(BrokerError) -> [String: String] {
        let index = RedisCommand("ZRANGE").adding(RedisKeys.records(in: space), "0", "-1")
        let names = try connection.run(index).elements.compactMap(\.text)
        let values = try values(of: names.map { SharedRecord.Key($0, in: space) })
        var records: [String: String] = [:]
        for (name, value) in zip(names, values) { records[name] = value }
        return records
    }

    package func remove(
        _ keys: [SharedRecord.Key],
        if value: String?
    ) throws(BrokerError) -> Int {
        var removed = 0
        for batch in keys.batches(of: Self.largestBatch) {
            removed += try scripts.run(RemoveRecords(removed: batch, value: value))
        }
        return removed
    }
}
