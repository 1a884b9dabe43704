import Foundation
import ImportCore

/// Dates. The first line is a pattern of the plan (`iso8601`, `epoch`, `epoch_ms`, or letters), the second a zone or
/// nothing, the rest the value.
///
/// A value that is a moment must print as one that reads as the same moment; its local time must be what Foundation says
/// that the zone's clocks showed then; and one that is none gives a finding.
enum DateTarget {
    static func check(_ input: [UInt8]) throws {
        let lines = input.split(separator: UInt8(ascii: "\n"), maxSplits: 2, omittingEmptySubsequences: false)
        guard lines.count == 3, let name = String(validating: lines[0], as: UTF8.self),
            let zone = String(validating: lines[1], as: UTF8.self)
        else { return }
        let pattern: DatePattern =
            switch name {
            case "iso8601": .iso8601
            case "epoch": .epochSeconds
            case "epoch_ms": .epochMilliseconds
            default: .pattern(name)
            }
        let value = Array(lines[2])
        guard let bare = result(value, pattern, zone: nil, .reject) else { return }
        try checkPrinting(bare)
        if zone.isEmpty { return }
        var inZone: [DateResult] = []
        for rule in ZoneRule.Ambiguous.allCases {
            guard let result = result(value, pattern, zone: zone, rule) else { return }
            inZone.append(result)
            try checkPrinting(result)
        }
        try check(bare: bare, inUTC: result(value, pattern, zone: "UTC", .reject), inZone, zone: zone)
    }

    /// Nil where the pattern or the zone is none, which must have words.
    private static func result(
        _ value: [UInt8], _ pattern: DatePattern, zone: String?, _ ambiguous: ZoneRule.Ambiguous
    ) -> DateResult? {
        let rule = zone.map { ZoneRule(name: $0, ambiguous: ambiguous, line: 1) }
        do {
            let program = try DateProgram(pattern: pattern, zone: rule)
            let result = value.withUnsafeBufferPointer { program.parse($0) }
            if case .failure(let failure) = result {
                let finding = value.withUnsafeBufferPointer { program.finding(failure, value: $0, field: "created_at") }
                precondition(!finding.message.isEmpty, "a finding has words")
            }
            return result
        } catch .zoneMissing {
            return zone == nil ? .failure(.zoneNeeded) : nil
        } catch {
            precondition(!error.message.isEmpty && !error.hint.isEmpty, "an error has words and a way out")
            return nil
        }
    }

    private static func checkPrinting(_ result: DateResult) throws(Violation) {
        guard case .time(let time, _) = result else { return }
        let again = self.result(Array(time.iso8601.utf8), .iso8601, zone: nil, .reject)
        try require(again == .time(time, isCut: false), "\(time.iso8601) is read as \(String(describing: again))")
    }

    /// - Parameter inZone: in the order of `Ambiguous`: earlier, later, reject.
    private static func check(
        bare: DateResult, inUTC: DateResult?, _ inZone: [DateResult], zone name: String
    ) throws(Violation) {
        guard bare == .failure(.zoneNeeded) else {
            // It says its moment itself, or is none: no zone changes that.
            return try require(inZone.allSatisfy { $0 == bare }, "a zone changes \(bare) to \(inZone)")
        }
        guard case .time(let local, _)? = inUTC, let zone = TimeZone(identifier: name) else {
            let isNone = inZone.allSatisfy { if case .time = $0 { false } else { true } }
            return try require(isNone, "no time of UTC, but one of \(name): \(inZone)")
        }
        func offset(at time: Timestamp) -> Int64 {
            let seconds = (Double(time.microseconds) / 1e6).rounded(.down)
            return Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: seconds))) * 1_000_000
        }
        // All moments at which the clocks showed it, by trying the offsets of the days around.
        let day: Int64 = 86_400_000_000
        let offsets = Set([-day, 0, day].map { offset(at: Timestamp(microseconds: local.microseconds + $0)) })
        let moments = offsets.map { Timestamp(microseconds: local.microseconds - $0) }
            .filter { $0.microseconds + offset(at: $0) == local.microseconds }.sorted()
        let expected: [DateFailure?] =
            switch moments.count {
            case 0: [.missingHour, .missingHour, .missingHour]
            case 1: [nil, nil, nil]
            default: [nil, nil, .ambiguous]
            }
        for (index, result) in inZone.enumerated() {
            switch result {
            case .time(let time, _):
                let meant = index == 0 ? moments.first : moments.last
                try require(
                    expected[index] == nil && time == meant,
                    "\(local.iso8601) in \(name) is \(time.iso8601), and not one of \(moments.map(\.microseconds))")
            case .failure(.outOfRange): break
            case .failure(let failure):
                try require(
                    failure == expected[index],
                    "\(local.iso8601) in \(name) is \(failure), and was \(moments.count) times")
            }
        }
    }
}
