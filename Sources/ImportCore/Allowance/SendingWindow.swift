/// When messages may be sent, by the clocks on the wall: the hours of the plan, taken together.
///
/// It is open at a moment when a clock of the zone then shows one of the hours. So nothing has to be decided where clocks
/// change: a time that comes twice is within both times, and one that is skipped opens nothing.
package struct SendingWindow: Sendable {
    private struct Stretch {
        var hours: SendingHours
        var clock: ZoneTable
    }

    private let stretches: [Stretch]

    /// - Parameter hours: nil is returned for none, since then nothing is ever held back.
    package init?(_ hours: [SendingHours]) {
        guard !hours.isEmpty else { return nil }
        stretches = hours.map { hours in
            guard let clock = try? ZoneTable(named: hours.zone) else {
                preconditionFailure("a plan with an unknown zone is refused when it is read")
            }
            return Stretch(hours: hours, clock: clock)
        }
    }

    /// - Parameter moment: in seconds since 1970, as everywhere here.
    package func isOpen(at moment: Int) -> Bool { open(at: moment) != nil }

    /// The zone whose clocks open the window at a moment; any of the plan's where it is closed.
    package func zone(at moment: Int) -> String { (open(at: moment) ?? stretches[0]).hours.zone }

    private func open(at moment: Int) -> Stretch? {
        stretches.first { stretch in
            stretch.hours.contains(secondOfDay: Self.divided(moment + stretch.clock.offset(at: moment)).second)
        }
    }

    /// When it next opens, where it is closed, or closes, where it is open; nil where it never does.
    package func change(after moment: Int) -> Int? {
        let isOpen = isOpen(at: moment)
        return stretches.flatMap { Self.candidates(of: $0, after: moment) }.filter { $0 > moment }.sorted()
            .first { self.isOpen(at: $0) != isOpen }
    }

    /// When so many seconds of open window will have passed; nil where that is more than some ten years away.
    package func end(ofWork seconds: Double, from moment: Int) -> Int? {
        var left = seconds
        var now = moment
        for _ in 0..<8_000 {
            let change = change(after: now)
            if isOpen(at: now) {
                guard let change, Double(change - now) < left else { return now + Int(left.rounded(.up)) }
                left -= Double(change - now)
            }
            guard let change else { return nil }
            now = change
        }
        return nil
    }

    /// The moments at which a stretch may begin or end. It does so at least once in two days, or in three where a zone
    /// leaves a day out, as Samoa did in 2011.
    private static func candidates(of stretch: Stretch, after moment: Int) -> [Int] {
        let today = divided(moment + stretch.clock.offset(at: moment)).day
        var moments: [Int] = []
        for day in today - 1...today + 4 {
            for second in [stretch.hours.from, stretch.hours.to] {
                switch stretch.clock.moments(local: day * 86_400 + second) {
                case .once(let moment): moments.append(moment)
                case .twice(let first, let second): moments += [first, second]
                case .never: break
                }
            }
        }
        // Where clocks are changed they jump into the hours, or out of them.
        var change = moment
        while let next = stretch.clock.change(after: change), next < moment + 4 * 86_400 {
            moments.append(next)
            change = next
        }
        return moments
    }

    private static func divided(_ local: Int) -> (day: Int, second: Int) {
        let second = (local % 86_400 + 86_400) % 86_400
        return ((local - second) / 86_400, second)
    }
}
