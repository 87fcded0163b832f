import Testing

/// What a broker is made of: tests that hold for all take it as their argument.
enum Transport: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case sqlite, redis

    var testDescription: String { rawValue }
}
