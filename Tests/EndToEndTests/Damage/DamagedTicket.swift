import Foundation
import ImportTestSupport

/// A ticket of the damage corpus: its text is found nowhere else, and holds what a reader must not touch.
struct DamagedTicket {
    static let header = ["id", "text", "status", "created", "note"]

    var key: String
    var text: String
    var status: String
    var created: String
    var note: String

    private static let pieces = [
        "tap", "door, left", "5\" pipe", "two\nlines", "two\r\nlines", "a\rb", "  ", "café", "漢字", "🔧", "\u{FFFD}",
        "\\n",
        "\t", "= 1+1", "'", "\"\"", ";", "{\"a\":1}", "C:\\new", "\u{2028}", "-", "null",
    ]

    init(_ key: String, _ random: inout SeededRandom) {
        self.key = key
        let words = (0..<random.int(1...6)).map { _ in random.pick(Self.pieces) }
        text = "<\(key)> " + words.joined(separator: " ") + random.pick(["", " ", "\n", "."])
        status = random.pick(["open", "done"])
        created = "2024-0\(random.int(1...9))-1\(random.int(0...9))T0\(random.int(0...9)):15:30Z"
        note = random.pick(["", "n", "a,b", "x\ny"])
    }

    var cells: [String] { [key, text, status, created, note] }

    /// As CSV, quoted where it must be and by chance.
    func row(_ random: inout SeededRandom) -> [UInt8] { Self.row(cells.map { Self.quoted($0, random.chance(3)) }) }

    static func row(_ cells: [String]) -> [UInt8] { Array(cells.joined(separator: ",").utf8) }

    static func quoted(_ cell: String, _ always: Bool = false) -> String {
        guard always || cell.contains(where: { ",\"\n\r\r\n".contains($0) }) else { return cell }
        return "\"" + cell.replacing("\"", with: "\"\"") + "\""
    }

    /// As a line of JSON; members stand in one order.
    var line: [UInt8] { Self.line(zip(Self.header, cells).map { ($0, Self.json($1)) }) }

    static func line(_ members: [(String, String)]) -> [UInt8] {
        Array(("{" + members.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}").utf8)
    }

    static func json(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { scalar -> String in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case "\n": "\\n"
            case "\r": "\\r"
            case "\t": "\\t"
            default: String(scalar)
            }
        }
        return "\"" + scalars.joined() + "\""
    }
}
