import ImportCore

/// Finds out, conversation by conversation in file order, what the target has to say of each: its customer, who may be
/// new, its channel, and whether it can be taken at all. It writes nothing.
struct Placement: Sendable {
    private let target: Target?
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

extension Placement {
    /// Reads the business's channels and customers.
    ///
    /// - Parameter leavesOutOwn: whether customers are left out whom the plan's runs created: then they are found new
    ///   again, at the same records and with the same ids.
    static func read(
        _ connection: Connection, tables: PostgresTables, plan: PlanInTarget, target: Target?,
        leavesOutOwn: Bool = false
    ) throws -> Placement {
        let rows = try connection.rows(
            "SELECT id, type, is_active FROM \(tables.quoted(.channels)) WHERE business_id = $1 ORDER BY id",
            [plan.businessID])
        let channels = rows.compactMap { row -> Channel? in
            guard let text = row[0], let id = BinaryUUID(text), let type = row[1] else { return nil }
            return Channel(id: id, type: type, isActive: row[2] == "t")
        }
        var customers = plan.customerDirectory
        let own =
            leavesOutOwn
            ? """
            AND id NOT IN (
                SELECT k.customer_id FROM \(Bookkeeping.schema).customers k
                    JOIN \(Bookkeeping.schema).runs r ON r.id = k.run JOIN \(Bookkeeping.schema).plans p ON p.id = r.plan
                WHERE p.identity = '\(Bookkeeping.text(of: plan.identityDigest))')
            """ : ""
        let select = """
            COPY (SELECT id, external_id, email FROM \(tables.quoted(.customers))
            WHERE business_id = '\(plan.business)' \(own)) TO STDOUT (FORMAT text)
            """
        try connection.copyOut(select) { line in
            let fields = CopyText.fields(of: line)
            guard fields.count == 3, let text = fields[0], let id = BinaryUUID(text) else { return }
            customers.enter(id, externalID: fields[1], email: fields[2])
        }
        return Placement(target: target, channels: ChannelDirectory(channels: channels), customers: customers)
    }
}
