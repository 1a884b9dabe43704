import ImportTestSupport
import ImportCore
import Testing

@Suite struct SampleSelectionTests {
    private func chosen(_ size: Int, of total: Int, seed: UInt64 = 1) -> [Int] {
        var selection = SampleSelection(size: size, of: total, using: SeededRandom(seed: seed))
        return (0..<total).filter { _ in selection.next() }
    }

    @Test("It has the size that was asked for", arguments: [0, 1, 7, 99, 100])
    func size(_ size: Int) { #expect(chosen(size, of: 100).count == size) }

    @Test func ofFewerItIsAll() { #expect(chosen(10, of: 3) == [0, 1, 2]) }

    @Test func eachIsChosenAboutAsOften() {
        var counts = Array(repeating: 0, count: 20)
        for seed in 0..<4_000 { for index in chosen(5, of: 20, seed: UInt64(seed)) { counts[index] += 1 } }
        // 1,000 each are expected, with a standard deviation of 27.
        #expect(counts.allSatisfy { (850...1_150).contains($0) })
    }
}
