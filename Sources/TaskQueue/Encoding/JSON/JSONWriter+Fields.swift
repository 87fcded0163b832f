/// Fields of the open object: a key and its value in one call.
///
/// The key is written as it stands: ASCII without quotation marks and backslashes. What is `nil` is null.
extension JSONWriter {
    package mutating func field(_ key: StaticString, _ text: String?) {
        self.key(key)
        value(text)
    }

    package mutating func field(_ key: StaticString, _ number: Int?) {
        self.key(key)
        value(number)
    }

    package mutating func field(_ key: StaticString, _ number: Double?) {
        self.key(key)
        value(number)
    }

    package mutating func field(_ key: StaticString, _ flag: Bool) {
        self.key(key)
        value(flag)
    }

    package mutating func field(_ key: StaticString, _ json: JSONText) {
        self.key(key)
        value(json)
    }

    package mutating func field(_ key: StaticString, _ texts: [String]) {
        self.key(key)
        beginArray()
        for text in texts { value(text) }
        endArray()
    }
}
