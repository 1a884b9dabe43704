/// Finds the baseline's entries for records that come in about the order of the night before.
///
/// In the ordinary night the next record is the next entry, and the comparison of two keys is all that it costs. Where
/// it is not, the entries nearby are looked through by an index, made when it is first needed. What is not found nearby
/// may still be in the baseline: somewhere else.
package struct BaselineWindow {
    /// So many entries at least are looked through ahead of the place that was reached: a few thousand new, missing or
    /// moved records are passed without a word.
    package static let reach = 4096
    /// After so many records in order the index is given up until it is needed again.
    private static let calm = 65_536
    /// Entries read at once.
    private static let portion = 8192

    private let count: Int
    private let load: (_ from: Int, _ count: Int) throws -> [BaselineEntry]

    /// The entries at hand, and the place of the first of them.
    private var entries: [BaselineEntry] = []
    private var base = 0
    /// The place at which the next record's entry is expected.
    private var next = 0
    /// The places of the entries at hand that no record has taken.
    private var places: [KeyFingerprint: Int]?
    private var inOrder = 0
    /// Which of all entries are taken.
    private(set) package var taken: PlaceSet

    /// - Parameter load: reads entries from a place on, from 0.
    package init(count: Int, load: @escaping (_ from: Int, _ count: Int) throws -> [BaselineEntry]) {
        self.count = count
        self.load = load
        taken = PlaceSet(count: count)
    }

    /// The entry with a key, and its place, if it is nearby and not taken; it is taken then.
    package mutating func take(_ key: KeyFingerprint) throws -> (place: Int, entry: BaselineEntry)? {
        try passTaken()
        if next < count, entries[next - base].key == key {
            inOrder += 1
            if inOrder > Self.calm { places = nil }
            return take(at: next)
        }
        inOrder = 0
        if places == nil { makeIndex() }
        guard let place = places?[key] else { return nil }
        return take(at: place)
    }

    /// Marks an entry as taken that was found elsewhere; returns whether it was not yet.
    package mutating func take(elsewhere place: Int) -> Bool { taken.insert(place) }

    private mutating func take(at place: Int) -> (place: Int, entry: BaselineEntry) {
        let entry = entries[place - base]
        _ = taken.insert(place)
        places?[entry.key] = nil
        next = place + 1
        return (place, entry)
    }

    /// Goes to the next entry that nobody has taken, and has those ahead of it at hand.
    private mutating func passTaken() throws {
        while true {
            while next < base + entries.count, taken.contains(next) { next += 1 }
            let end = base + entries.count
            guard end < count, end - next < Self.reach else { return }
            forgetBehind()
            let portion = try load(end, min(Self.portion, count - end))
            precondition(!portion.isEmpty, "a baseline holds as many entries as it says")
            for (index, entry) in portion.enumerated() where places != nil { places?[entry.key] = end + index }
            entries += portion
        }
    }

    /// Lets go of what lies far behind.
    private mutating func forgetBehind() {
        let surplus = next - Self.portion - base
        guard surplus > 0 else { return }
        if places != nil {
            for index in 0..<surplus where !taken.contains(base + index) { places?[entries[index].key] = nil }
        }
        entries.removeFirst(surplus)
        base += surplus
    }

    private mutating func makeIndex() {
        var places: [KeyFingerprint: Int] = [:]
        places.reserveCapacity(entries.count)
        for (index, entry) in entries.enumerated() where !taken.contains(base + index) {
            places[entry.key] = base + index
        }
        self.places = places
    }
}

/// Which places of a list are marked: one bit each, 1.25 MB for ten million.
package struct PlaceSet: Sendable, Equatable {
    package private(set) var words: [UInt64]

    package init(count: Int) { words = Array(repeating: 0, count: (count + 63) / 64) }
    package init(words: [UInt64]) { self.words = words }

    package func contains(_ place: Int) -> Bool { words[place >> 6] & 1 << UInt64(place & 63) != 0 }

    /// The same of a place that may lie behind those it has room for.
    package func holds(_ place: Int) -> Bool { place >> 6 < words.count && contains(place) }

    /// Marks a place, and makes room for it.
    package mutating func extend(to place: Int) {
        while words.count <= place >> 6 { words.append(0) }
        _ = insert(place)
    }

    /// Returns whether it was not in.
    package mutating func insert(_ place: Int) -> Bool {
        let bit: UInt64 = 1 << UInt64(place & 63)
        defer { words[place >> 6] |= bit }
        return words[place >> 6] & bit == 0
    }
}
