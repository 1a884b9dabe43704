import Foundation

/// The names by which a plan may call a time zone: those of the IANA time zone database.
///
/// Foundation also knows abbreviations, and takes `PST` or `IST` for one of the zones that use it; here they are unknown.
enum ZoneName {
    /// The IANA names that are not of the form `Area/Place` (files `etcetera` and `backward`, release 2025b).
    private static let short: Set<String> = [
        "CET", "CST6CDT", "Cuba", "EET", "EST", "EST5EDT", "Egypt", "Eire", "GB", "GB-Eire", "GMT", "GMT+0", "GMT-0",
        "GMT0", "Greenwich", "HST", "Hongkong", "Iceland", "Iran", "Israel", "Jamaica", "Japan", "Kwajalein", "Libya",
        "MET", "MST", "MST7MDT", "NZ", "NZ-CHAT", "Navajo", "PRC", "PST8PDT", "Poland", "Portugal", "ROC", "ROK",
        "Singapore", "Turkey", "UCT", "UTC", "Universal", "W-SU", "WET", "Zulu",
    ]

    static func zone(named name: String) -> TimeZone? {
        guard name.contains("/") || short.contains(name) else { return nil }
        return TimeZone(identifier: name)
    }

    /// At most three names that may have been meant, the likeliest first.
    static func nearest(to name: String) -> [String] {
        let typed = Array(name.lowercased().utf8)
        let candidates = (TimeZone.knownTimeZoneIdentifiers + ["UTC"]).map { candidate in
            // A city's name alone is as good as the whole.
            let whole = Array(candidate.lowercased().utf8)
            let city = Array(whole[(whole.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...])
            return (distance: min(distance(typed, whole), distance(typed, city)), name: candidate)
        }
        // One slip in three letters is a slip; more is another word.
        return candidates.filter { $0.distance * 3 <= typed.count }.sorted { $0 < $1 }.prefix(3).map(\.name)
    }

    /// How many letters must be put in, taken out or changed to make one of the other (Levenshtein).
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (index, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in right.indices {
                let changed = diagonal + (letter == right[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(changed, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }
}
