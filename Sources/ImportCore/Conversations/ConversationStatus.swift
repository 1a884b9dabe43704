/// PingBack's conversation statuses.
package enum ConversationStatus: UInt8, Sendable, CaseIterable {
    case open = 1
    case pending = 2
    case resolved = 3
    case closed = 4

    package var name: String {
        switch self {
        case .open: "open"
        case .pending: "pending"
        case .resolved: "resolved"
        case .closed: "closed"
        }
    }

    package init?(name: some StringProtocol) {
        guard let status = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = status
    }
}

/// Who wrote a message.
package enum SenderType: UInt8, Sendable, CaseIterable {
    case customer = 1
    case agent = 2

    package var name: String { self == .customer ? "customer" : "agent" }
}

/// PingBack's channel types; the documentation names the web widget in two ways.
package enum ChannelType: String, Sendable, CaseIterable {
    case webchat, widget, email, whatsapp, telegram, instagram, x, sms
}
