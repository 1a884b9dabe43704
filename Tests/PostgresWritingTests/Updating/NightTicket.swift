import ImportCore

/// A ticket as one night's source has it.
struct NightTicket: Sendable {
    struct Message: Sendable {
        var id: String?
        var text: String
        var sender = SenderType.customer
        /// Seconds behind the ticket's beginning.
        var after = 60
    }

    var key: String
    var status = ConversationStatus.open
    var assignee: String?
    var subject: String?
    var messages: [Message]
    var name: String?
    var email: String?
    /// Seconds since 1970.
    var created = 1_600_000_000
    var updated = 1_600_000_100

    init(_ number: Int) {
        key = "T-\(number)"
        messages = [
            Message(id: "\(number)-a", text: "question \(number)"),
            Message(id: "\(number)-b", text: "answer \(number)", sender: .agent, after: 90),
        ]
        name = "Person \(number / 3)"
        email = "person\(number / 3)@example.org"
    }

    /// The tickets after validation, in one batch.
    static func conversations(_ tickets: [NightTicket]) -> [Conversation] {
        var records = RecordBatch(columnCount: 0)
        func add(_ text: String?) -> ByteRange {
            guard let text else { return .none }
            defer { records.slab += Array(text.utf8) }
            return ByteRange(offset: records.slab.count, length: text.utf8.count)
        }
        func time(_ seconds: Int) -> Timestamp { Timestamp(microseconds: Int64(seconds) * 1_000_000) }
        var texts: [[ByteRange]] = Array(repeating: [], count: TextField.allCases.count)
        var columns = DraftBatch(records: records).messages
        var ranges: [Range<Int>] = []
        for (index, ticket) in tickets.enumerated() {
            records.records.append(
                .init(
                    place: Place(file: 0, line: index, record: index, offset: index),
                    raw: ByteRange(offset: 0, length: 0)))
            let values: [(TextField, String?)] = [
                (.key, ticket.key), (.assigneeID, ticket.assignee), (.subject, ticket.subject),
                (.customerName, ticket.name), (.customerEmail, ticket.email),
            ]
            for (field, value) in values { texts[field.rawValue].append(add(value)) }
            let first = columns.contents.count
            for message in ticket.messages {
                columns.contents.append(add(message.text))
                columns.senders.append(message.sender.rawValue)
                columns.times.append(time(ticket.created + message.after))
                columns.ids.append(add(message.id))
            }
            ranges.append(first..<columns.contents.count)
        }
        var drafts = DraftBatch(records: records)
        drafts.texts = texts
        drafts.times[TimeField.createdAt.rawValue] = tickets.map { time($0.created) }
        drafts.times[TimeField.updatedAt.rawValue] = tickets.map { time($0.updated) }
        drafts.times[TimeField.resolvedAt.rawValue] = tickets.map {
            $0.status == .resolved ? time($0.updated) : .none
        }
        drafts.statuses = tickets.map(\.status.rawValue)
        drafts.messages = columns
        drafts.messageRanges = ranges
        let batch = ConversationBatch(
            ValidatedBatch(
                drafts: drafts, valid: Array(tickets.indices), findings: [],
                keyFingerprints: tickets.indices.map { KeyFingerprint(low: UInt64($0 + 1), high: 0) }),
            businessID: Rehearsal.business, span: BatchSpan(start: .start, end: .start))
        return tickets.indices.map { batch.conversation(at: $0) }
    }
}
