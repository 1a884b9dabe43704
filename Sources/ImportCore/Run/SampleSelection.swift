/// Chooses so many of a known number, each set of that size as likely as any other, in one pass and in order
/// (Knuth, The Art of Computer Programming, volume 2, 3.4.2, algorithm S).
package struct SampleSelection<Generator: RandomNumberGenerator> {
    private var wanted: Int
    private var left: Int
    private var random: Generator

    /// - Parameters:
    ///   - size: how many are chosen; all, where there are fewer.
    ///   - total: how many there are.
    package init(size: Int, of total: Int, using random: Generator) {
        wanted = min(size, total)
        left = total
        self.random = random
    }

    /// Whether the next one is chosen.
    package mutating func next() -> Bool {
        guard wanted > 0, left > 0 else { return false }
        let isChosen = Int.random(in: 0..<left, using: &random) < wanted
        left -= 1
        if isChosen { wanted -= 1 }
        return isChosen
    }
}
