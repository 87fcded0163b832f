/// A type of numbers of which JSON has others.
protocol RangedNumber {
    /// What it holds, for people.
    static var words: String { get }
}

extension FixedWidthInteger {
    static var words: String { "a whole number from \(min) to \(max)" }
}

extension Int: RangedNumber {}
extension Int8: RangedNumber {}
extension Int16: RangedNumber {}
extension Int32: RangedNumber {}
extension Int64: RangedNumber {}
extension UInt: RangedNumber {}
extension UInt8: RangedNumber {}
extension UInt16: RangedNumber {}
extension UInt32: RangedNumber {}
extension UInt64: RangedNumber {}

extension Optional: RangedNumber where Wrapped: RangedNumber {
    static var words: String { Wrapped.words }
}
