import CommandLineOptions
import TaskQueue

/// A member of what is printed about something: a cell of a table, or of a JSON object.
struct Field {
    enum Value {
        /// `nil`: not known.
        case text(String?)
        case number(Int)
        case texts([String])
        /// A word in a table, true or false in JSON.
        case flag(Bool, word: String)
        /// How long ago in a table, the time itself in JSON.
        case past(Timestamp?)
        /// How long until then in a table, the time itself in JSON; `nil`: not known.
        case future(Timestamp?)
    }

    let key: StaticString
    let value: Value

    init(_ key: StaticString, _ value: Value) {
        self.key = key
        self.value = value
    }

    func cell(_ now: Timestamp) -> String {
        switch value {
        case .text(let text): text ?? ""
        case .number(let number): String(number)
        case .texts(let texts): texts.joined(separator: ",")
        case .flag(let isSet, let word): isSet ? word : ""
        case .past(let time): time.map { Self.length(now - $0) } ?? ""
        case .future(let time): time.map { Self.length($0 - now) } ?? ""
        }
    }

    func write(to writer: inout JSONWriter) {
        writer.key(key)
        switch value {
        case .text(let text): writer.value(text)
        case .number(let number): writer.value(number)
        case .texts(let texts):
            writer.beginArray()
            for text in texts { writer.value(text) }
            writer.endArray()
        case .flag(let isSet, _): writer.value(isSet)
        case .past(let time): writer.value(time?.iso8601)
        case .future(let time): writer.value(time?.iso8601)
        }
    }

    /// To the second; clocks of machines differ, so what is below zero counts as zero.
    private static func length(_ length: Duration) -> String {
        DurationText.format(.seconds(max(length.components.seconds, 0)))
    }
}
