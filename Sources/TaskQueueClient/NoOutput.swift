/// What a task returns that returns nothing, or whose result nobody reads: null, written; anything, read.
public struct NoOutput: Codable, Hashable, Sendable {
    /// The one value there is.
    public init() {}

    public init(from decoder: any Decoder) throws {}

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encodeNil()
    }
}
