import FoundationEssentials
import TaskQueue
import TestSupport
import Testing

@testable import TaskQueueWorker

@Suite("the arguments of a closure")
struct ArgumentReaderTests {
    private struct Point: Codable, Equatable, Sendable {
        var x: Int
    }

    private enum Color: String, Codable, Sendable {
        case red
    }

    /// What a closure with one argument of this type is given, as Swift prints it, or why it is not called.
    private func read<Value: Decodable>(_ type: Value.Type, _ arguments: String) throws -> String {
        var reader = try ArgumentReader(message(arguments))
        do {
            let value = try reader.next(type)
            try reader.finish()
            return "\(value)"
        } catch {
            return error.reason
        }
    }

    private func message(_ args: String, _ kwargs: String = "{}") throws -> TaskMessage {
        let task = OutgoingTask(
            id: TaskID("i"),
            task: try #require(TaskName("t")),
            args: try JSONText(args.utf8),
            kwargs: try JSONText(kwargs.utf8)
        )
        let message = MessageEncoder(origin: "gen1@sample").encode(task, deliveryTag: "tag")
        return try TaskMessage(message, body: BodyReader())
    }

    /// Tries a type, and the same if it is optional, once and twice.
    private func check<Value: Decodable>(
        _ type: Value.Type,
        good: String,
        as value: Value,
        bad: [(String, String)]
    ) throws {
        #expect(try read(type, "[\(good)]") == "\(value)")
        #expect(try read(Value?.self, "[\(good)]") == "\(Value?.some(value) as Any)")
        #expect(try read(Value??.self, "[\(good)]") == "\(Value??.some(value) as Any)")
        #expect(try read(type, "[null]") == "the argument 1 is null")
        #expect(try read(type, "[]") == "the argument 1 is missing")
        for arguments in ["[null]", "[]"] {
            #expect(try read(Value?.self, arguments) == "nil")
            #expect(try read(Value??.self, arguments) == "nil")
        }
        for (argument, reason) in bad {
            let sentence = "the argument 1\(reason)"
            #expect(try read(type, "[\(argument)]") == sentence)
            #expect(try read(Value?.self, "[\(argument)]") == sentence)
            #expect(try read(Value??.self, "[\(argument)]") == sentence)
        }
    }

    @Test("of plain types")
    func plain() throws {
        let quoted = #"Optional("a")"#
        #expect(try read(String.self, #"["a"]"#) == "a")
        #expect(try read(String?.self, #"["a"]"#) == quoted)
        #expect(try read(String?.self, "[5]") == "the argument 1 is not a text")
        #expect(try read(String?.self, "[null]") == "nil")
        let whole = " is not a whole number from \(Int.min) to \(Int.max)"
        try check(
            Int.self,
            good: "5",
            as: 5,
            bad: [(#""abc""#, " is not a whole number"), ("1.5", whole), ("1e30", whole)]
        )
        try check(Int64.self, good: "-5", as: -5, bad: [("[]", " is not a whole number")])
        try check(
            UInt8.self,
            good: "255",
            as: 255,
            bad: [
                ("300", " is not a whole number from 0 to 255"),
                ("-1", " is not a whole number from 0 to 255"),
                (#""1""#, " is not a whole number"),
            ]
        )
        try check(Double.self, good: "1.5", as: 1.5, bad: [("true", " is not a number")])
        try check(Float.self, good: "1.5", as: 1.5, bad: [("{}", " is not a number")])
        try check(Bool.self, good: "true", as: true, bad: [("1", " is not true or false")])
    }

    @Test("of all others, optional or not")
    func decoded() throws {
        let date = Date(timeIntervalSince1970: 1.5)
        try check(
            Date.self,
            good: #""1970-01-01T00:00:01.5Z""#,
            as: date,
            bad: [(#""x""#, ": 'x' is not a date in ISO 8601"), ("1", " is not a text")]
        )
        // As Celery writes a datetime.
        let celery = #"{"__type__": "datetime", "__value__": "1970-01-01T00:00:01.5"}"#
        #expect(try read(Date?.self, "[\(celery)]") == "Optional(\(date))")
        try check([Int].self, good: "[1, 2]", as: [1, 2], bad: [("{}", " is not an array")])
        try check(
            [Int?].self,
            good: "[null]",
            as: [nil],
            bad: [(#"["a"]"#, ".1 is not a whole number")]
        )
        try check(
            Point.self,
            good: #"{"x": 1}"#,
            as: Point(x: 1),
            bad: [("{}", ".x is missing"), (#"{"x": null}"#, ".x is null")]
        )
        #expect(try read(Color.self, #"["red"]"#) == "red")
        #expect(try read(Color?.self, #"["red"]"#).hasSuffix("Color.red)"))
        #expect(try read(Color?.self, #"["blue"]"#).contains("the argument 1: "))
        #expect(try read(Color?.self, "[null]") == "nil")
    }

    private struct Wish: Decodable, Equatable {
        var first: Int?
        var day: Date?
        var numbers: [Int]?
        var point: Point?
        var color: Color?
        var small: UInt8?
    }

    private func wish(_ args: String, _ kwargs: String = "{}") throws -> String {
        do {
            let wish = try RequestReader.request(Wish.self, of: message(args, kwargs))
            let parts: [Any?] = [
                wish.first, wish.day?.timeIntervalSince1970, wish.numbers, wish.point?.x,
                wish.color?.rawValue, wish.small,
            ]
            return parts.map { $0.map { "\($0)" } ?? "-" }.joined(separator: " ")
        } catch let error as BadArguments {
            return error.reason
        }
    }

    @Test("of a type, whose properties are optional")
    func properties() throws {
        let day = #""1970-01-01T00:00:01Z""#
        let all = "1 1.0 [2] 3 red 4"
        #expect(try wish(#"[1, \#(day), [2], {"x": 3}, "red", 4]"#) == all)
        let named = #"{"numbers": [2], "point": {"x": 3}, "color": "red", "small": 4}"#
        #expect(try wish("[1, \(day)]", named) == all)
        #expect(try wish("[]") == "- - - - - -")
        #expect(try wish("[null, null]", #"{"small": null, "point": null}"#) == "- - - - - -")
        #expect(try wish("[null, null, [5]]") == "- - [5] - - -")
        #expect(try wish("[]", #"{"first": "a"}"#) == "the argument first is not a whole number")
        #expect(try wish(#"["a"]"#) == "the argument 1 is not a whole number")
        #expect(try wish("[]", #"{"day": "x"}"#).hasPrefix("the argument day: 'x' is not a date"))
        #expect(try wish("[]", #"{"small": 300}"#).contains("not fit"))
    }

    @Test("that are more than it takes, or less")
    func count() throws {
        #expect(try read(Date?.self, "[null, 1]") == "it takes 1 arguments, and was given 2")
        var reader = try ArgumentReader(message("[1, null]"))
        #expect(try reader.next(Int.self) == 1)
        #expect(try reader.next([Int]?.self) == nil)
        #expect(try reader.next(Date?.self) == nil)
        try reader.finish()
    }
}
