internal import TaskQueue

/// A JSON text: arguments, results, records.
enum JSONTarget {
    static func read(_ bytes: [UInt8]) {
        for acceptsNonFinite in [false, true] {
            guard let json = try? JSONText(bytes, acceptsNonFinite: acceptsNonFinite) else {
                continue
            }
            _ = (json.string, json.integer, json.double, json.boolean)
            for element in json.elements ?? [] { _ = element.kind }
            for member in json.members ?? [] { _ = json[key: member.key] }
            var writer = JSONWriter()
            writer.value(json)
            let again = try? JSONText(writer.bytes, acceptsNonFinite: true)
            expect(again?.kind == json.kind, "what was written is not what was read")
            expect(again?.elements?.count == json.elements?.count, "elements were lost")
        }
        _ = StoredResult(json: bytes, id: TaskID("x"))
    }
}
