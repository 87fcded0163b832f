/// The positional and keyword arguments of one task, as a person writes them.
package struct TaskArguments: Hashable, Sendable {
    /// A JSON array.
    package var args = JSONText.emptyArray
    /// A JSON object.
    package var kwargs = JSONText.emptyObject

    /// None.
    package init() {}

    package init(args: JSONText, kwargs: JSONText) {
        self.args = args
        self.kwargs = kwargs
    }
}

extension TaskArguments {
    /// Reads words by the convention of `rq enqueue` and HTTPie: `word`, `:JSON`, `key=word`,
    /// `key:=JSON`.
    ///
    /// - Throws: ``TaskArgumentsError`` for a value that is not JSON, or a key given twice.
    package init(words: [String]) throws(TaskArgumentsError) {
        var positional: [JSONText] = []
        var named: [(key: String, value: JSONText)] = []
        for word in words {
            if word.hasPrefix(":") {
                positional.append(try Self.json(word.dropFirst(), in: word))
            } else if let (key, value) = try Self.named(word) {
                guard !named.contains(where: { $0.key == key }) else { throw .givenTwice(key) }
                named.append((key, value))
            } else {
                positional.append(JSONText(string: word))
            }
        }
        args = Self.array(positional)
        kwargs = Self.object(named)
    }

    /// Takes every word as a string.
    package init(literal words: [String]) {
        args = Self.array(words.map { JSONText(string: $0) })
    }

    /// Takes one value: an array is args, an object is kwargs, any other value the one argument.
    package init(value: JSONText) {
        switch value.kind {
        case .array: args = value
        case .object: kwargs = value
        default: args = Self.array([value])
        }
    }

    /// A key and its value; `nil` if the word is a positional argument.
    private static func named(
        _ word: String
    ) throws(TaskArgumentsError) -> (String, JSONText)? {
        guard let equals = word.utf8.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        let value = word[word.utf8.index(after: equals)...]
        let key = word[..<equals]
        if key.hasSuffix(":") {
            guard isIdentifier(key.dropLast()) else { return nil }
            return (String(key.dropLast()), try json(value, in: word))
        }
        return isIdentifier(key) ? (String(key), JSONText(string: value)) : nil
    }

    /// A letter or underscore, then letters, digits and underscores: what Python takes as a keyword.
    private static func isIdentifier(_ text: Substring) -> Bool {
        guard let first = text.unicodeScalars.first else { return false }
        guard first == "_" || first.properties.isXIDStart else { return false }
        return text.unicodeScalars.allSatisfy { $0 == "_" || $0.properties.isXIDContinue }
    }

    private static func json(
        _ text: Substring,
        in word: String
    ) throws(TaskArgumentsError) -> JSONText {
        do throws(JSONError) { return try JSONText(text.utf8) } catch {
            throw .notJSON(word, error)
        }
    }

    private static func array(_ values: [JSONText]) -> JSONText {
        if values.isEmpty { return .emptyArray }
        var writer = JSONWriter()
        writer.beginArray()
        for value in values { writer.value(value) }
        writer.endArray()
        return JSONText(wellFormed: writer.bytes)
    }

    private static func object(_ members: [(key: String, value: JSONText)]) -> JSONText {
        if members.isEmpty { return .emptyObject }
        var writer = JSONWriter()
        writer.beginObject()
        for member in members {
            writer.key(member.key)
            writer.value(member.value)
        }
        writer.endObject()
        return JSONText(wellFormed: writer.bytes)
    }
}
