import ImportCore

/// Finds out, conversation by conversation in file order, what the target has to say of each: its customer, who may be
/// new, its channel, and whether it can be taken at all. It writes nothing.
struct Placement: Sendable {
    let target: Target?
    let channels: ChannelDirectory
    var customers: CustomerDirectory

    init(target: Target?, channels: ChannelDirectory, customers: CustomerDirectory) {
        self.target = target
        self.channels = channels
        self.customers = customers
    }

    /// What is known of a conversation; with a refusal, as far as it was found out until then.
    struct Finding: Sendable {
        var refusal: Refusal?
        var createdAt: Timestamp?
        var channel: Channel?
        var customer: BinaryUUID?
    }

    mutating func find(for conversation: Conversation) -> Finding {
        var finding = Finding()
        finding.createdAt = conversation.time(.createdAt)
        guard let createdAt = finding.createdAt else {
            finding.refusal = .noCreationTime
            return finding
        }
        finding.channel = channels.channel(of: conversation)
        if let column = target?.tooNarrow(for: conversation) {
            finding.refusal = .tooLong(column: column)
        } else if finding.channel == nil {
            finding.refusal = .channelInvalid
        } else {
            switch customers.find(for: conversation, createdAt: createdAt) {
            case .customer(let id): finding.customer = id
            case .nobody: break
            case .unknown: finding.refusal = .customerUnknown
            case .ambiguous: finding.refusal = .customerAmbiguous
            }
        }
        return finding
    }

    mutating func place(_ conversation: Conversation, into batch: inout PlacedBatch) {
        let finding = find(for: conversation)
        if let refusal = finding.refusal { return batch.refuse(conversation, refusal) }
        guard let channel = finding.channel, let createdAt = finding.createdAt else {
            preconditionFailure("what is not refused has a channel and a time")
        }
        batch.placed.append(
            PlacedConversation(
                conversation: conversation, customer: finding.customer, channel: channel, createdAt: createdAt))
    }
}

/// What is done with customers whom the plan's runs created themselves.
enum OwnCustomers: Sendable {
    /// They are there, as anybody's are.
    case there
    /// They are found new again, at the same records and with the same ids.
    case leftOut
    /// Those whom this run created for records behind the position are nobody until it has come past these again.
    case later(than: SourcePosition, inRun: Int32)
}

extension Placement {
    /// Reads the business's channels and customers.
    static func read(
        _ connection: Connection, tables: PostgresTables, plan: PlanInTarget, target: Target?,
        own: OwnCustomers = .there
    ) throws -> Placement {
        let rows = try connection.rows(
            "SELECT id, type, is_active FROM \(tables.quoted(.channels)) WHERE business_id = $1 ORDER BY id",
            [plan.businessID])
        let channels = rows.compactMap { row -> Channel? in
            guard let text = row[0], let id = BinaryUUID(text), let type = row[1] else { return nil }
            return Channel(id: id, type: type, isActive: row[2] == "t")
        }
        var customers = plan.customerDirectory
        try connection.copyOut(select(tables, plan, own)) { line in
            let fields = CopyText.fields(of: line)
            guard fields.count == 5, let text = fields[0], let id = BinaryUUID(text) else { return }
            if case .later(let position, _) = own, let file = fields[3].flatMap({ Int($0) }),
                let number = fields[4].flatMap({ Int($0) })
            {
                let record = RecordID(file: file, number: number)
                if !record.isCounted(before: position) {
                    return customers.enter(id, externalID: fields[1], email: fields[2], after: record)
                }
            }
            customers.enter(id, externalID: fields[1], email: fields[2])
        }
        customers.sortLater()
        return Placement(target: target, channels: ChannelDirectory(channels: channels), customers: customers)
    }

    private static func select(_ tables: PostgresTables, _ plan: PlanInTarget, _ own: OwnCustomers) -> String {
        let books = Bookkeeping.schema
        let (columns, join, condition) =
            switch own {
            case .there: ("NULL, NULL", "", "")
            case .leftOut:
                (
                    "NULL, NULL", "",
                    """
                    AND c.id NOT IN (
                        SELECT k.customer_id FROM \(books).customers k
                            JOIN \(books).runs r ON r.id = k.run JOIN \(books).plans p ON p.id = r.plan
                        WHERE p.identity = '\(Bookkeeping.text(of: plan.identityDigest))')
                    """
                )
            case .later(_, let run):
                (
                    "l.file, l.record",
                    "LEFT JOIN \(books).customers l ON l.customer_id = c.id AND l.run = \(run)", ""
                )
            }
        return """
            COPY (SELECT c.id, c.external_id, c.email, \(columns) FROM \(tables.quoted(.customers)) c \(join)
            WHERE c.business_id = '\(plan.business)' \(condition)) TO STDOUT (FORMAT text)
            """
    }
}
