import ImportCore

/// A ticket as the tests' source has it.
struct Ticket: Sendable, Equatable {
    var key: String
    var status = "new"

    /// What the destination gets, and knows the conversation by.
    var message: String { "message \(key)" }
    var line: String { "\(key),\(message),\(status)\n" }
    /// A record that no reader can make sense of.
    var isBroken: Bool { status == "broken" }
}

/// Tickets as a source: pieces of a few records, so that a run has many batches.
actor TicketSource: RecordSource {
    struct Piece: Sendable { var tickets: ArraySlice<Ticket> }

    nonisolated let fileNames = ["tickets.csv"]
    private let tickets: [Ticket]
    private let size: Int
    private let barrier: Int?
    private var given = 0
    private var position = SourcePosition(file: 0, offset: 0, record: 0, line: 1)

    init(_ tickets: [Ticket], size: Int, barrier: SourcePosition?) {
        self.tickets = tickets
        self.size = size
        self.barrier = barrier?.record
    }

    func nextPiece() -> NextPiece<Piece> {
        guard given < tickets.count else { return .end }
        var end = min(given + size, tickets.count)
        if let barrier, given < barrier { end = min(end, barrier) }
        defer { given = end }
        return .piece(Piece(tickets: tickets[given..<end]))
    }

    nonisolated func read(_ piece: Piece) -> (batch: RecordBatch, mark: Int) {
        var batch = RecordBatch(columnCount: 3)
        for (index, ticket) in piece.tickets.enumerated() {
            let raw = ByteRange(offset: batch.raw.count, length: ticket.line.utf8.count)
            batch.records.append(
                .init(place: Place(file: 0, line: index, record: index, offset: batch.raw.count), raw: raw))
            batch.raw += Array(ticket.line.utf8)
            if ticket.isBroken {
                batch.unreadable.append(
                    .init(index: index, finding: Finding(.csvStrayQuote, "a stray quote", line: index)))
                batch.cells += Array(repeating: Cell(.missing, .none), count: 3)
                continue
            }
            for text in [ticket.key, ticket.message, ticket.status] {
                batch.cells.append(Cell(.text, ByteRange(offset: batch.slab.count, length: text.utf8.count)))
                batch.slab += Array(text.utf8)
            }
        }
        return (batch, batch.raw.count)
    }

    func accept(_ piece: Piece, _ mark: Int) -> BatchSpan? {
        let start = position
        position.offset += mark
        position.record += piece.tickets.count
        position.line += piece.tickets.count
        return BatchSpan(start: start, end: position)
    }

    func fingerprints() -> [SourceFingerprint] { [] }
}

extension Plan {
    /// The plan of the tests: a status that is not `new` or `open` is rejected.
    static var ofTickets: Plan {
        func field(_ name: String) -> ValueRule {
            ValueRule(.field(FieldReference(path: FieldPath(literal: name), line: 1)), line: 1)
        }
        var rules = ConversationRules()
        rules.texts[.initialMessage] = field("body")
        var status = field("status")
        status.meaning = .values([.init(from: "new", to: "open"), .init(from: "open", to: "open")])
        rules.status = status
        return Plan(
            path: "plan.yaml", name: "acme", businessID: "b2c3d4e5-f6a7-8901-bcde-f12345678901",
            source: SourceDescription(
                files: ["tickets.csv"], format: .csv, dialect: .init(), key: field("id"), nullValues: [""],
                messages: nil),
            conversation: rules, customer: nil,
            destinations: Destinations(sandbox: APIOptions(), api: nil), limits: Limits(), duplicates: .reject,
            meaning: [])
    }
}
