import ImportTestSupport
import Foundation
import Testing

@testable import ImportCore

/// The table of a zone's clock changes, held against Foundation, whose rules it caches, and Python's `zoneinfo`.
@Suite struct ZoneTableTests {
    static let zones = [
        "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Casablanca", "UTC",
        "Europe/Dublin", "Pacific/Apia", "America/Sao_Paulo", "Asia/Tehran", "Antarctica/Troll", "Asia/Kathmandu",
    ]

    @Test(arguments: zones)
    func everyMomentIsFoundAgainByItsLocalTime(name: String) throws {
        let table = try ZoneTable(named: name)
        let zone = try #require(TimeZone(identifier: name))
        var random = SeededRandom(seed: 1900)
        for _ in 0..<20_000 {
            // 1800 to 2130: over both ends of the table.
            let moment = random.int(-5_364_662_400...5_049_129_600)
            let offset = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment)))
            switch table.moments(local: moment + offset) {
            case .once(let found): #expect(found == moment)
            case .twice(let first, let second):
                #expect(first < second && (first == moment || second == moment))
                for found in [first, second] {
                    let again = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(found)))
                    #expect(found + again == moment + offset)
                }
            case .never: Issue.record("\(moment) is a moment, and has a local time in \(name)")
            }
        }
    }

    @Test(arguments: zones)
    func theHoursAroundEveryClockChangeAreAsFoundationSays(name: String) throws {
        let table = try ZoneTable(named: name)
        let zone = try #require(TimeZone(identifier: name))
        func offset(_ moment: Int) -> Int { zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment))) }
        var moment = Date(timeIntervalSince1970: -5_364_662_400)
        while let change = zone.nextDaylightSavingTimeTransition(after: moment),
            change.timeIntervalSince1970 < 4_102_444_800
        {
            let seconds = Int(change.timeIntervalSince1970)
            let before = offset(seconds - 1)
            let after = offset(seconds)
            for local in [seconds + min(before, after), seconds + max(before, after) - 1] where before != after {
                let expected: ZoneTable.Moments =
                    after > before ? .never : .twice(local - before, local - after)
                #expect(table.moments(local: local) == expected)
            }
            #expect(
                table.moments(local: seconds + min(before, after) - 1)
                    == .once(seconds + min(before, after) - 1 - before))
            #expect(table.moments(local: seconds + max(before, after)) == .once(seconds + max(before, after) - after))
            moment = change
        }
    }

    @Test func noZoneChangesItsClocksTwiceAtOnce() throws {
        for name in TimeZone.knownTimeZoneIdentifiers {
            let table = try ZoneTable(named: name)
            #expect(table.changesAreApart, "\(name)")
        }
    }

    @Test func localTimesAgreeWithPython() throws {
        let names = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]
        // 1970 to 2037, where all releases of the database agree: every Sunday, when clocks are changed, at 1:45 and 2:15,
        // which one or the other of these zones skips or shows twice.
        let locals = (0..<3500).flatMap { week in [6300, 8100].map { 3 * 86_400 + week * 604_800 + $0 } }
        let lines = names.flatMap { name in locals.map { "\(name) \($0)" } }
        let script = """
            import datetime, sys, zoneinfo
            utc = datetime.timezone.utc
            epoch = datetime.datetime(1970, 1, 1, tzinfo=utc)
            for line in sys.stdin:
                name, local = line.split()
                clock = (epoch + datetime.timedelta(seconds=int(local))).replace(tzinfo=zoneinfo.ZoneInfo(name))
                moments = []
                for fold in (0, 1):
                    moment = clock.replace(fold=fold).astimezone(utc)
                    if moment.astimezone(clock.tzinfo).replace(tzinfo=None) == clock.replace(tzinfo=None):
                        seconds = (moment - epoch) // datetime.timedelta(seconds=1)
                        if seconds not in moments: moments.append(seconds)
                print(*(moments or ['never']))
            """
        let verdicts = try PythonOracle.ask(script, lines: lines)
        try #require(verdicts.count == lines.count)
        let tables = try names.map { try ZoneTable(named: $0) }
        for (index, verdict) in verdicts.enumerated() {
            let local = locals[index % locals.count]
            let ours =
                switch tables[index / locals.count].moments(local: local) {
                case .once(let moment): "\(moment)"
                case .twice(let first, let second): "\(first) \(second)"
                case .never: "never"
                }
            if ours != verdict { Issue.record("\(lines[index]): \(ours), and Python says \(verdict)") }
        }
        print("local times: \(verdicts.count { $0 == "never" }) never, \(verdicts.count { $0.contains(" ") }) twice")
    }

    @Test func aTableIsBuiltWithinMilliseconds() throws {
        let duration = try ContinuousClock().measure {
            for name in Self.zones { _ = try ZoneTable(named: name) }
        }
        print("zone tables: \(duration / Self.zones.count) each")
        #expect(duration / Self.zones.count < .milliseconds(50))
    }

    @Test func zonesHaveTheNamesOfTheIANADatabaseOnly() {
        for name in [
            "Europe/Berlin", "Asia/Kolkata", "Asia/Calcutta", "US/Pacific", "UTC", "GMT", "Etc/GMT+2", "EST5EDT",
            "Japan",
        ] {
            #expect(throws: Never.self) { try ZoneTable(named: name) }
        }
        for name in [
            "PST", "IST", "BST", "CEST", "GMT+2", "+02:00", "Berlin", "", "/", "Europe/", "Nowhere/Town",
            "Pacific Time",
        ] {
            #expect(throws: DateProgramError.self, "\(name)") { try ZoneTable(named: name) }
        }
    }

    @Test(arguments: [
        ("Berlin", "Europe/Berlin"), ("Europe/Berlln", "Europe/Berlin"), ("new_york", "America/New_York"),
        ("New York", "America/New_York"), ("utc", "UTC"),
    ])
    func anUnknownZoneNamesTheNearest(typed: String, meant: String) {
        #expect(ZoneName.nearest(to: typed).first == meant)
    }
}
