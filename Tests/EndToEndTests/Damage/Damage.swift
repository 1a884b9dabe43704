import ImportTestSupport

/// One way in which a record of an export is damaged, and what is right then.
struct Damage: Sendable, CustomStringConvertible {
    enum Right: Sendable {
        /// Nobody can know what was meant: rejected by one of these rules.
        case rejected([String])
        /// Odd, but whole: the record arrives as it is.
        case exact
    }

    let name: String
    let right: Right
    /// The bytes in place of the ticket's, without a line end; the second ticket is an earlier one of the same export.
    let bytes:
        @Sendable (_ ticket: inout DamagedTicket, _ earlier: DamagedTicket, _ random: inout SeededRandom) -> [UInt8]

    var description: String { name }

    init(
        _ name: String, _ right: Right,
        _ bytes: @escaping @Sendable (inout DamagedTicket, DamagedTicket, inout SeededRandom) -> [UInt8]
    ) {
        self.name = name
        self.right = right
        self.bytes = bytes
    }

    /// The bytes put behind the place where the text's mark ends.
    private static func inserting(_ bytes: [UInt8], into record: [UInt8]) -> [UInt8] {
        guard let place = record.firstIndex(of: UInt8(ascii: ">")) else {
            preconditionFailure("each text has its mark")
        }
        return Array(record[...place]) + bytes + Array(record[(place + 1)...])
    }

    // MARK: - The same in both formats

    private static func values(_ write: @escaping @Sendable (DamagedTicket, inout SeededRandom) -> [UInt8]) -> [Damage]
    {
        [
            Damage("invalid-utf-8", .rejected(["text.encoding"])) { ticket, _, random in
                inserting(
                    random.pick([[0xE9], [0xC3, 0x28], [0xED, 0xA0, 0x80], [0xFF]]), into: write(ticket, &random))
            },
            Damage("impossible-date", .rejected(["date.impossible"])) { ticket, _, random in
                ticket.created = random.pick(["2023-02-30T10:00:00Z", "2024-04-31T00:00:00Z", "2024-01-01T24:01:00Z"])
                return write(ticket, &random)
            },
            Damage("ambiguous-date", .rejected(["date.syntax"])) { ticket, _, random in
                ticket.created = random.pick(["03/04/2024 10:00", "3.4.24"])
                return write(ticket, &random)
            },
            Damage("unknown-status", .rejected(["status.unknown"])) { ticket, _, random in
                ticket.status = random.pick(["urgnt", "OpenPending", "Open "])
                return write(ticket, &random)
            },
            Damage("repeated-key", .rejected(["key.duplicate"])) { ticket, earlier, random in
                ticket.key = earlier.key
                return write(ticket, &random)
            },
            Damage("missing-key", .rejected(["key.missing"])) { ticket, _, random in
                ticket.key = ""
                return write(ticket, &random)
            },
        ]
    }

    // MARK: - CSV

    static let ofCSV: [Damage] =
        [
            Damage("ragged-short", .rejected(["csv.field-count"])) { ticket, _, random in
                var cells = ticket.cells
                cells.remove(at: random.pick([0, 2, 3]))
                return DamagedTicket.row(cells.map { DamagedTicket.quoted($0) })
            },
            Damage("ragged-long", .rejected(["csv.field-count"])) { ticket, _, random in
                var cells = ticket.cells.map { DamagedTicket.quoted($0) }
                cells.insert("one too many", at: random.int(0...cells.count))
                return DamagedTicket.row(cells)
            },
            Damage("stray-quote", .rejected(["csv.stray-quote"])) { ticket, _, random in
                ticket.text = "<\(ticket.key)> 5\" wide"
                var cells = ticket.cells.map { DamagedTicket.quoted($0) }
                cells[1] = random.pick(["5\" wide", "\"wide\" 5", "x\"\"y"])
                return DamagedTicket.row(cells)
            },
            Damage("unclosed-quote", .rejected(["csv.unclosed-quote", "csv.stray-quote"])) { ticket, _, random in
                ticket.note = ""
                var cells = ticket.cells
                cells[1] = "\"open"
                return DamagedTicket.row(cells)
            },
            Damage("nul", .rejected(["text.nul"])) { ticket, _, random in
                inserting([0], into: ticket.row(&random))
            },
            Damage("odd-but-whole", .exact) { ticket, _, random in
                ticket.text += "  \r\r two \n\n\"\"quotes\"\" , \\n \u{FEFF}"
                ticket.note = ",,,"
                return ticket.row(&random)
            },
        ] + values { ticket, random in ticket.row(&random) }

    // MARK: - JSON Lines

    static let ofJSON: [Damage] =
        [
            Damage("cut-off", .rejected(["json.syntax"])) { ticket, _, random in
                Array(ticket.line.prefix(random.int(2...12)))
            },
            Damage("two-on-a-line", .rejected(["json.syntax"])) { ticket, _, _ in ticket.line + ticket.line },
            Damage("no-json", .rejected(["json.syntax"])) { ticket, _, random in
                let ends = [
                    "'id':1}", "\"id\":1,}", "\"id\":01}", "\"id\":NaN}", "\"id\":1 \"text\":2}", "\"id\":\"\\x\"}",
                ]
                return Array(("{" + random.pick(ends)).utf8)
            },
            Damage("member-twice", .rejected(["json.duplicate-key"])) { ticket, _, _ in
                DamagedTicket.line([("id", "1"), ("text", "\"a\""), ("id", "2")])
            },
            Damage("nul", .rejected(["text.nul"])) { ticket, _, _ in
                inserting(Array("\\u0000".utf8), into: ticket.line)
            },
            Damage("odd-but-whole", .exact) { ticket, _, random in
                ticket.text += " /\u{1F600}é\u{2028}"
                let text = DamagedTicket.json(ticket.text).replacing("😀", with: "\\ud83d\\ude00")
                    .replacing("/", with: "\\/").replacing("é", with: random.pick(["\\u00e9", "\\u00E9"]))
                return Array(
                    ("\t { \"other\" : [ {} , 1e400 ] ,\"id\": \(DamagedTicket.json(ticket.key)) , \"text\":\(text),"
                        + "\"status\":\"\(ticket.status)\",\"created\":\"\(ticket.created)\" } ").utf8)
            },
        ] + values { ticket, _ in ticket.line }
}
