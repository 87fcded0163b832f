/// Numbers that look random and are the same in every run: Marsaglia's xorshift64*.
package struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    /// - Parameter seed: not zero.
    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 2_685_821_657_736_338_717
    }

    /// A whole number from 0 on.
    package mutating func next(below limit: Int) -> Int { Int(next() >> 33) % limit }

    package mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[next(below: elements.count)]
    }
}
