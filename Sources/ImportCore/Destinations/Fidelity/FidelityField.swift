/// A part of a conversation that a destination may or may not carry, by the word that a plan accepts its loss with.
///
/// The raw value is its bit in a `FidelitySet`.
package enum FidelityField: Int, Sendable, CaseIterable, Hashable {
    case customerID, initialMessage, subject
    case createdAt, updatedAt, firstResponseAt, resolvedAt, closedAt
    case statusPending, statusResolved, statusClosed
    case assigneeID, channelType, channelID
    case messagesCustomer, messagesAgent, messagesTimes
    /// Customers whom PingBack does not know: the record describes one and names no `customer_id`.
    case customerNew
    case customerName, customerEmail, customerPhone, customerExternalID, customerCreatedAt
    /// Nothing in a plan fills these yet; a plan may accept their loss beforehand.
    case attachments, tags

    package var name: String {
        switch self {
        case .customerID: TextField.customerID.name
        case .initialMessage: TextField.initialMessage.name
        case .subject: TextField.subject.name
        case .createdAt: TimeField.createdAt.name
        case .updatedAt: TimeField.updatedAt.name
        case .firstResponseAt: TimeField.firstResponseAt.name
        case .resolvedAt: TimeField.resolvedAt.name
        case .closedAt: TimeField.closedAt.name
        case .statusPending: "status.pending"
        case .statusResolved: "status.resolved"
        case .statusClosed: "status.closed"
        case .assigneeID: TextField.assigneeID.name
        case .channelType: TextField.channelType.name
        case .channelID: TextField.channelID.name
        case .messagesCustomer: "messages.customer"
        case .messagesAgent: "messages.agent"
        case .messagesTimes: "messages.times"
        case .customerNew: "customer.new"
        case .customerName: TextField.customerName.name
        case .customerEmail: TextField.customerEmail.name
        case .customerPhone: TextField.customerPhone.name
        case .customerExternalID: TextField.customerExternalID.name
        case .customerCreatedAt: TimeField.customerCreatedAt.name
        case .attachments: "attachments"
        case .tags: "tags"
        }
    }

    /// Every word that may be accepted: the fields, and those above them (`messages` for `messages.customer`).
    package static let names: [String] = {
        var names: [String] = []
        for field in allCases {
            let above = field.name.split(separator: ".").first.map(String.init) ?? field.name
            if above != field.name, !names.contains(above) { names.append(above) }
            names.append(field.name)
        }
        return names
    }()

    /// The fields that a word stands for: its own, and all below it. Empty for a word that is none.
    package static func covered(by name: String) -> FidelitySet {
        FidelitySet(allCases.filter { $0.name == name || $0.name.hasPrefix(name + ".") })
    }
}

/// Some of the fields, in one machine word: what a conversation has, or a destination loses.
package struct FidelitySet: OptionSet, Sendable, Hashable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package init(_ fields: some Sequence<FidelityField>) {
        self.init(rawValue: fields.reduce(0) { $0 | 1 << UInt32($1.rawValue) })
    }

    package mutating func add(_ field: FidelityField) { formUnion(Self([field])) }

    package func contains(_ field: FidelityField) -> Bool { rawValue & 1 << UInt32(field.rawValue) != 0 }

    package var fields: [FidelityField] { FidelityField.allCases.filter { contains($0) } }
}
