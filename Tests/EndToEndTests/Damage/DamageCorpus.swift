import Foundation
import ImportTestSupport

/// Exports with one damaged record each, in every way and at every place of a file, and what must become of every record.
///
/// The same seed makes the same files.
struct DamageCorpus {
    enum Place: String, CaseIterable { case first, middle, last }

    enum Format: String, CaseIterable, Sendable {
        case csv, jsonl

        var damages: [Damage] { self == .csv ? Damage.ofCSV : Damage.ofJSON }
    }

    /// A record that must be rejected, and where.
    struct Expected: Hashable {
        var file: String
        var record: Int
        var line: Int
        var offset: Int
        var codes: [String]
        var bytes: [UInt8]
    }

    private static let recordsInAFile = 9

    var files: [(name: String, bytes: [UInt8])] = []
    /// The tickets that must arrive, exactly so.
    var whole: [DamagedTicket] = []
    var rejected: [Expected] = []
    var records = 0

    init(_ format: Format, seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let earlier = DamagedTicket("earlier", &random)
        add(format, name: "00-earlier", [earlier], damage: nil, at: 0, earlier, &random)
        for damage in format.damages {
            for place in Place.allCases {
                let name = "\(damage.name)-\(place.rawValue)"
                let tickets = (1...Self.recordsInAFile).map { DamagedTicket("\(name)-\($0)", &random) }
                let index =
                    switch place {
                    case .first: 0
                    case .middle: random.int(1...Self.recordsInAFile - 2)
                    case .last: Self.recordsInAFile - 1
                    }
                add(format, name: name, tickets, damage: damage, at: index, earlier, &random)
            }
        }
    }

    private mutating func add(
        _ format: Format, name: String, _ tickets: [DamagedTicket], damage: Damage?, at damaged: Int,
        _ earlier: DamagedTicket, _ random: inout SeededRandom
    ) {
        let lineEnd: [UInt8] = random.pick([[0x0A], [0x0D, 0x0A]])
        var bytes: [UInt8] = random.chance(3) ? [0xEF, 0xBB, 0xBF] : []
        if format == .csv { bytes += DamagedTicket.row(DamagedTicket.header) + lineEnd }
        for (index, var ticket) in tickets.enumerated() {
            // The last record of a file may end with the file.
            let end = index == tickets.count - 1 && random.chance(2) ? [] : lineEnd
            var record: [UInt8]
            let line = bytes.count { $0 == 0x0A } + 1
            if let damage, index == damaged {
                record = damage.bytes(&ticket, earlier, &random) + end
                if case .rejected(let codes) = damage.right {
                    rejected.append(
                        Expected(
                            file: "\(name).\(format.rawValue)", record: index + 1, line: line, offset: bytes.count,
                            codes: codes, bytes: record))
                } else {
                    whole.append(ticket)
                }
            } else {
                record = (format == .csv ? ticket.row(&random) : ticket.line) + end
                whole.append(ticket)
            }
            records += 1
            bytes += record
        }
        files.append(("\(name).\(format.rawValue)", bytes))
    }

    /// What each ticket must become, as `validate --output` and the sandbox tell of it.
    var messages: [String] { whole.map(\.text).sorted() }
}
