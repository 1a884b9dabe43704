/// One stretch of every day in which messages may be sent, by the clocks of a zone: `20:00-06:00 Europe/Berlin`.
package struct SendingHours: Sendable, Equatable {
    /// Seconds since midnight, by the clock on the wall.
    package var from: Int
    /// The same; before `from`, it is the next day's. 86,400 is midnight.
    package var to: Int
    /// An IANA name.
    package var zone: String

    /// What is wrong with a text that should say it.
    package enum Failure: Error, Equatable {
        case form
        case empty
        case unknownZone(String, nearest: [String])
    }

    package init(from: Int, to: Int, zone: String) {
        self.from = from
        self.to = to
        self.zone = zone
    }

    /// - Parameter text: `HH:MM-HH:MM Zone`, with seconds or without.
    package init(_ text: String) throws(Failure) {
        let words = text.split(separator: " ")
        guard words.count == 2 else { throw .form }
        let times = words[0].split(separator: "-", omittingEmptySubsequences: false)
        guard times.count == 2, let from = Self.secondOfDay(times[0]), from < 86_400,
            let to = Self.secondOfDay(times[1])
        else { throw .form }
        guard from != to else { throw .empty }
        let zone = String(words[1])
        guard ZoneName.zone(named: zone) != nil else { throw .unknownZone(zone, nearest: ZoneName.nearest(to: zone)) }
        self.init(from: from, to: to, zone: zone)
    }

    private static func secondOfDay(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3, parts.allSatisfy({ $0.utf8.allSatisfy(\.isDigit) }),
            let hour = Int(parts[0]), parts[0].count <= 2, parts.dropFirst().allSatisfy({ $0.count == 2 }),
            let minute = Int(parts[1]), minute < 60, let second = parts.count == 3 ? Int(parts[2]) : 0, second < 60
        else { return nil }
        let seconds = hour * 3600 + minute * 60 + second
        return seconds <= 86_400 ? seconds : nil
    }

    func contains(secondOfDay second: Int) -> Bool {
        from < to ? second >= from && second < to : second >= from || second < to
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }
}
