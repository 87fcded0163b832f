import TaskQueue
import Testing

extension BrokerClause {
    /// What a store keeps for brokers that remember nothing.
    static let records = [
        BrokerClause("a record is there until its time is over, or it is removed") { store in
            let (records, other) = (try store.records(), try store.records())
            let keys = ["a", "b \u{0}ü", "c"].map { SharedRecord.Key($0, in: "space") }
            #expect(try records.values(of: keys) == [nil, nil, nil])
            #expect(
                try records.write(
                    [
                        SharedRecord(keys[0], "one", for: .seconds(60)),
                        SharedRecord(keys[1], "", for: .seconds(60)),
                        SharedRecord(keys[2], "three", for: .milliseconds(1)),
                    ],
                    if: .isNew
                ) == [nil, nil, nil]
            )
            try await eventually { try other.values(of: keys) == ["one", "", nil] }
            #expect(try other.records(in: "space") == ["a": "one", "b \u{0}ü": ""])
            #expect(try other.records(in: "other").isEmpty)
            #expect(try other.remove(keys, if: nil) == 2)
            #expect(try records.values(of: keys) == [nil, nil, nil])
            #expect(try records.records(in: "space").isEmpty)
        },
        BrokerClause("a record is written over if that is wanted, and only then") { store in
            let records = try store.records()
            let key = SharedRecord.Key("a", in: "space")
            func write(
                _ value: String,
                if condition: SharedRecord.Condition
            ) throws -> String? {
                let record = SharedRecord(key, value, for: .seconds(60))
                return try records.write([record], if: condition)[0]
            }
            #expect(try write("x", if: .isSame) == nil)
            #expect(try records.values(of: [key]) == [nil])
            #expect(try write("one", if: .isNew) == nil)
            #expect(try write("two", if: .isNew) == "one")
            #expect(try write("two", if: .isSame) == "one")
            #expect(try records.values(of: [key]) == ["one"])
            #expect(try write("two", if: .always) == nil)
            #expect(try records.remove([key], if: "one") == 0)
            #expect(try records.values(of: [key]) == ["two"])
            #expect(try records.remove([key], if: "two") == 1)
        },
        BrokerClause("a record that is there is kept for longer, or shorter") { store in
            let records = try store.records()
            let key = SharedRecord.Key("a", in: "space")
            _ = try records.write([SharedRecord(key, "x", for: .seconds(60))], if: .isNew)
            _ = try records.write([SharedRecord(key, "x", for: .milliseconds(1))], if: .isSame)
            try await eventually { try records.values(of: [key]) == [nil] }
            #expect(try records.records(in: "space").isEmpty)
            _ = try records.write([SharedRecord(key, "y", for: .seconds(60))], if: .isNew)
            #expect(try records.records(in: "space") == ["a": "y"])
        },
    ].needing(.recordStore)
}

extension TaskStore {
    fileprivate func records() throws -> any RecordStore {
        try broker().requiring(.recordStore)
    }
}
