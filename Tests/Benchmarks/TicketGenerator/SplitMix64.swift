/// A small, fast generator of pseudo-random numbers with one word of state: SplitMix64, by Guy L. Steele Jr., Doug Lea
/// and Christine H. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014. The constants are those of
/// Sebastiano Vigna's reference implementation (https://prng.di.unimi.it/splitmix64.c).
///
/// Ranges are drawn here and not by `Int.random(in:using:)`: the standard library does not promise how many words that
/// takes, and a seed must give the same bytes for ever.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }

    /// A number from 0 up to, not including, `bound`: the upper half of a 128-bit product. For the bounds used here the
    /// bias is below one in 2⁴⁰, so nothing is drawn again.
    mutating func below(_ bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// True in so many cases of a hundred.
    mutating func chance(percent: Int) -> Bool {
        below(100) < percent
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[below(elements.count)]
    }
}
