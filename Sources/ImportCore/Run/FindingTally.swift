/// Findings by code: how many, and where the first ones stand.
package struct FindingTally: Sendable, Equatable {
    package struct Line: Sendable, Equatable {
        package var code: RejectionCode
        package var count: Int
        /// The first places, as a person would look them up.
        package var places: [Place]
    }

    private static let placesShown = 3

    private var lines: [RejectionCode: Line] = [:]

    package init() {}

    package mutating func enter(_ rejection: Rejection) {
        for finding in rejection.findings {
            var line = lines[finding.code] ?? Line(code: finding.code, count: 0, places: [])
            line.count += 1
            if line.places.count < Self.placesShown { line.places.append(rejection.place) }
            lines[finding.code] = line
        }
    }

    /// The most frequent first; the names decide between equals, so that the same input gives the same lines.
    package var byCount: [Line] {
        lines.values.sorted { ($1.count, $0.code.rawValue) < ($0.count, $1.code.rawValue) }
    }
}
