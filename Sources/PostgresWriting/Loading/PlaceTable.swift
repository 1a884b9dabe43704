import ImportCore

/// Finds the place of a UUID in a list that somebody else keeps: 4 bytes a slot, at most three of four in use, where a
/// dictionary would hold the UUID once more.
struct PlaceTable: Sendable {
    /// Places in the list; -1 for none. A power of two of them.
    private var slots: [Int32] = []
    private var count = 0

    /// An odd number that nobody can know beforehand, so that no list can be made of which all fall into one slot
    /// (multiplicative hashing: Dietzfelbinger and others, A Reliable Randomized Algorithm for the Closest-Pair
    /// Problem, 1997).
    private static let multiplier = UInt64.random(in: .min ... .max) | 1

    func place(of id: BinaryUUID, in list: [BinaryUUID]) -> Int? {
        guard !slots.isEmpty else { return nil }
        let place = slots[slot(of: id, in: list)]
        return place < 0 ? nil : Int(place)
    }

    /// Enters the place of a list's element, instead of the one that its UUID had.
    mutating func enter(_ place: Int, of list: [BinaryUUID]) {
        if (count + 1) * 4 > slots.count * 3 { grow(list) }
        let slot = slot(of: list[place], in: list)
        if slots[slot] < 0 { count += 1 }
        slots[slot] = Int32(place)
    }

    /// The slot that holds the UUID's place, or would.
    private func slot(of id: BinaryUUID, in list: [BinaryUUID]) -> Int {
        let hash = (id.low ^ id.high) &* Self.multiplier
        var slot = Int(truncatingIfNeeded: hash >> UInt64(UInt64.bitWidth - slots.count.trailingZeroBitCount))
        while slots[slot] >= 0, list[Int(slots[slot])] != id { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }

    private mutating func grow(_ list: [BinaryUUID]) {
        let before = slots
        slots = Array(repeating: -1, count: max(16, before.count * 2))
        for place in before where place >= 0 { slots[slot(of: list[Int(place)], in: list)] = place }
    }
}
