internal import RedisTransport

/// What a Redis server answers, in pieces.
enum ReplyTarget {
    static func read(_ bytes: [UInt8]) {
        let reader = ReplyReader()
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(min(7 + rest.count % 64, reader.input.count))
            reader.input.copyBytes(from: piece)
            reader.feed(piece.count)
            rest = rest.dropFirst(piece.count)
            do {
                while let reply = try reader.next() {
                    _ = (reply.integer, reply.count, reply.text, reply.elements(3))
                }
            } catch { return }
        }
    }
}
