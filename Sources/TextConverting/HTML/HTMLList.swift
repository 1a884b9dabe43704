/// A list that is open: what stands before its next item.
struct HTMLList {
    private let isOrdered: Bool
    private var next: Int32
    /// How far the item's text stands to the right of the list's edge.
    private(set) var markerWidth = 2

    init(isOrdered: Bool, start: String?) {
        self.isOrdered = isOrdered
        next = start.flatMap { Int32($0) } ?? 1
    }

    mutating func nextMarker() -> [UInt8] {
        guard isOrdered else { return Array("- ".utf8) }
        let marker = Array("\(next). ".utf8)
        next = next == .max ? next : next + 1
        markerWidth = marker.count
        return marker
    }
}

/// A table that is open: whether a cell needs a mark before it.
struct HTMLTable {
    var rowHasText = false
    private(set) var hasText = false

    mutating func note() {
        rowHasText = true
        hasText = true
    }
}
