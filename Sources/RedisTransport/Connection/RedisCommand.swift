/// One command for a Redis server, its words counted and not quoted (RESP2).
struct RedisCommand {
    private(set) var words = 0
    private var body: [UInt8] = []

    init(_ name: StaticString, capacity: Int = 64) {
        body.reserveCapacity(capacity)
        add(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }

    mutating func add(_ word: some Collection<UInt8>) {
        words += 1
        body.append(UInt8(ascii: "$"))
        body.append(contentsOf: String(word.count).utf8)
        endLine()
        let added: Void? = word.withContiguousStorageIfAvailable { body.append(contentsOf: $0) }
        if added == nil { body.append(contentsOf: word) }
        endLine()
    }

    mutating func add(_ word: String) { add(word.utf8) }
    mutating func add(_ number: Int) { add(String(number).utf8) }

    func adding(_ words: String...) -> RedisCommand {
        var command = self
        for word in words { command.add(word) }
        return command
    }

    /// Adds the bytes to send to others.
    func write(to output: inout [UInt8]) {
        output.append(UInt8(ascii: "*"))
        output.append(contentsOf: String(words).utf8)
        output.append(0x0D)
        output.append(0x0A)
        output.append(contentsOf: body)
    }

    /// Its name, and the key that nearly all have next; empty for a script.
    var head: String {
        let lines = body.split(separator: 0x0A, maxSplits: 4, omittingEmptySubsequences: false)
        let text = stride(from: 1, to: min(lines.count, 4), by: 2)
            .map { String(decoding: lines[$0].dropLast(), as: UTF8.self) }
            .joined(separator: " ")
        return text.hasPrefix("EVAL") ? "" : text
    }

    /// Bytes so far, by which large batches are cut.
    var size: Int { body.count }

    private mutating func endLine() {
        body.append(0x0D)
        body.append(0x0A)
    }
}
