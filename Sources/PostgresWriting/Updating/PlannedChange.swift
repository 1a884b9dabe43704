import ImportCore

/// What is to be written of one conversation, and what is listed instead.
struct PlannedChange: Sendable {
    /// Whether it is put there again.
    private(set) var isCreated = false
    /// Columns of its row that are written.
    private(set) var columns: [String] = []
    /// Columns that are written, message by message.
    private(set) var messages: [(id: BinaryUUID, columns: [String])] = []
    /// Messages that are put there.
    private(set) var added: [BinaryUUID] = []
    private(set) var drifts: [Drift] = []
    /// Whether all of it is our own afterwards.
    private(set) var isWhole: Bool

    var isEmpty: Bool { !isCreated && columns.isEmpty && messages.isEmpty && added.isEmpty }

    private let item: WantedBatch.Item
    private let onDrift: DriftRule

    /// - Parameter stored: nil where it is not there.
    init(
        _ item: WantedBatch.Item, over stored: StoredConversation?, customers: [BinaryUUID: Tuple], onDrift: DriftRule
    ) {
        self.item = item
        self.onDrift = onDrift
        isWhole = stored?.isWhole ?? true
        guard let wanted = item.conversation else { return }
        guard let stored else {
            isCreated = onDrift == .overwrite
            added = isCreated ? item.messages.compactMap { $0.uuid(0) } : []
            drifts = [
                Drift("conversation", before: nil, after: nil, reason: .vanishedThere, ending: ending)
            ]
            return
        }
        compare(wanted, with: stored, customers)
        if !item.change.groups.isDisjoint(with: [.messages, .rest]) { compareMessages(with: stored) }
        advance(wanted, over: stored)
        if item.naming != nil { compareCustomer(of: stored, customers) }
    }

    private var ending: Drift.Ending { onDrift == .overwrite ? .overwritten : .kept }

    // MARK: - The conversation's row

    private static let columnsByGroup: [(group: ContentGroups, columns: [String])] = [
        (.status, ["status", "resolved_at", "closed_at"]),
        (.assignee, ["assignee_id"]),
        (.rest, ["customer_id", "channel_type", "channel_id", "created_at", "first_response_at"]),
    ]
    private static let allColumns = EncodedBatch.conversationColumns
    private static let customerField = 2
    private static let updatedField = 8

    private mutating func compare(
        _ wanted: Tuple, with stored: StoredConversation, _ customers: [BinaryUUID: Tuple]
    ) {
        let ofGroups = Self.columnsByGroup.filter { item.change.groups.contains($0.group) }.flatMap(\.columns)
        for (field, column) in Self.allColumns.enumerated() where ofGroups.contains(column) {
            guard wanted.value(field) != stored.row.value(field) else { continue }
            // Others may have merged customers: who fits what the record names is the right one.
            if field == Self.customerField, let customer = stored.row.uuid(field).flatMap({ customers[$0] }),
                item.naming?.fits(customer) == true
            {
                continue
            }
            if !stored.isOwn {
                drifts.append(
                    Drift(
                        column, before: stored.row.shown(field), after: wanted.shown(field), reason: .changedThere,
                        ending: ending))
            }
            if stored.isOwn || onDrift == .overwrite { columns.append(column) }
        }
    }

    /// `updated_at` goes with any other change, forwards only; by itself it is none.
    private mutating func advance(_ wanted: Tuple, over stored: StoredConversation) {
        guard !isEmpty, stored.isOwn || onDrift == .overwrite, let new = wanted.time(Self.updatedField),
            new > stored.row.time(Self.updatedField) ?? .none
        else { return }
        columns.append("updated_at")
    }

    // MARK: - Messages

    /// Who wrote it, what and when. Whom PingBack knows as the sender, and what is attached there, the source cannot say.
    private static let comparedFields = [2, 4, 6]
    private static let contentField = 4

    private mutating func compareMessages(with stored: StoredConversation) {
        var rest = Dictionary(stored.messages.compactMap { tuple in tuple.uuid(0).map { ($0, tuple) } }) { first, _ in
            first
        }
        for wanted in item.messages {
            guard let id = wanted.uuid(0) else { continue }
            if let found = rest.removeValue(forKey: id) {
                compare(wanted, with: found, id, isOwn: stored.ownMessages.contains(id))
            } else if item.change.groups.contains(.messages) {
                added.append(id)
            } else {
                // The source has no message more than before: one that got another id with its conversation's time would
                // stand there twice.
                drifts.append(
                    Drift(
                        "messages", message: id.description, before: nil, after: wanted.shownMessage(Self.contentField),
                        reason: .cannotCarry, ending: .notCarried))
            }
        }
        guard item.change.groups.contains(.messages) else { return }
        for tuple in stored.messages where tuple.isOurs(0) && tuple.uuid(0).map({ rest[$0] != nil }) ?? false {
            drifts.append(
                Drift(
                    "messages", message: tuple.uuid(0)?.description, before: tuple.shownMessage(Self.contentField),
                    after: nil, reason: .vanishedHere, ending: .kept))
        }
    }

    private mutating func compare(_ wanted: Tuple, with found: Tuple, _ id: BinaryUUID, isOwn: Bool) {
        let fields = Self.comparedFields.filter { wanted.value($0) != found.value($0) }
        guard !fields.isEmpty else { return }
        if !isOwn {
            drifts += fields.map { field in
                Drift(
                    "messages." + EncodedBatch.messageColumns[field], message: id.description,
                    before: found.shownMessage(field), after: wanted.shownMessage(field), reason: .changedThere,
                    ending: ending)
            }
        }
        if isOwn || onDrift == .overwrite {
            messages.append((id, fields.map { EncodedBatch.messageColumns[$0] }))
        }
    }

    // MARK: - The customer

    private static let customerFields: [(field: Int, mapped: TextField, name: String)] = [
        (2, .customerName, "customer.name"), (3, .customerEmail, "customer.email"),
        (4, .customerPhone, "customer.phone"), (5, .customerExternalID, "customer.external_id"),
    ]

    /// What the record says of a customer who is there with other words: it is listed.
    private mutating func compareCustomer(of stored: StoredConversation, _ customers: [BinaryUUID: Tuple]) {
        let isKept = !columns.contains("customer_id")
        let id = isKept ? stored.row.uuid(Self.customerField) : item.conversation?.uuid(Self.customerField)
        guard let customer = id.flatMap({ customers[$0] }) else { return }
        for (field, mapped, name) in Self.customerFields {
            guard let said = item.change.conversation.text(mapped), said != customer.text(field) else { continue }
            if mapped == .customerEmail,
                customer.text(field).map(EmailAddress.normalised) == EmailAddress.normalised(said)
            {
                continue
            }
            drifts.append(
                Drift(
                    name, before: customer.text(field), after: said, reason: .customerKept, ending: .notCarried))
        }
    }
}
