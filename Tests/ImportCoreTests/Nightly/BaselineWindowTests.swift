import ImportCore
import ImportTestSupport
import Testing

@Suite("Baseline in about the same order")
struct BaselineWindowTests {
    private static func entries(_ count: Int) -> [BaselineEntry] {
        (0..<count).map { place in
            BaselineEntry(
                key: KeyFingerprint(low: UInt64(place + 1) &* 0x9E37_79B9_7F4A_7C15, high: 1), hashes: ContentHashes(),
                record: RecordID(file: 0, number: place + 1))
        }
    }

    private func window(_ entries: [BaselineEntry]) -> BaselineWindow {
        BaselineWindow(count: entries.count) { start, count in Array(entries[start..<start + count]) }
    }

    @Test func sameOrderFindsEveryEntry() throws {
        let entries = Self.entries(100_000)
        var window = window(entries)
        let found = try entries.indices.filter { try window.take(entries[$0].key)?.place == $0 }
        #expect(found.count == entries.count)
    }

    @Test func missingNewAndSwappedRecordsArePassed() throws {
        let entries = Self.entries(50_000)
        var random = SeededRandom(seed: 5)
        var places = Array(entries.indices).filter { _ in !random.chance(10) }
        for index in stride(from: 0, to: places.count - 40, by: 37) { places.swapAt(index, index + 3) }
        var window = window(entries)
        var lost = 0
        for place in places {
            if random.chance(5) {
                let stranger = KeyFingerprint(low: random.next(), high: 2)
                #expect(try window.take(stranger) == nil)
            }
            if try window.take(entries[place].key)?.place != place { lost += 1 }
        }
        #expect(lost == 0)
        #expect(entries.indices.filter { window.taken.contains($0) }.count == places.count)
    }

    @Test func entryIsTakenOnce() throws {
        let entries = Self.entries(10)
        var window = window(entries)
        #expect(try window.take(entries[4].key)?.place == 4)
        #expect(try window.take(entries[4].key) == nil)
        #expect(try window.take(entries[3].key)?.place == 3)
    }

    @Test func anyOrderFindsNothingWrong() throws {
        let entries = Self.entries(30_000)
        var random = SeededRandom(seed: 9)
        var window = window(entries)
        for place in Array(entries.indices).shuffled(using: &random) {
            if let found = try window.take(entries[place].key) { #expect(found.place == place) }
        }
    }

    @Test func emptyBaselineHasNoEntry() throws {
        var window = window([])
        #expect(try window.take(KeyFingerprint(low: 1, high: 1)) == nil)
    }
}
