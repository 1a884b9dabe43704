import ImportCore

/// The business's channels, and which of them a conversation came in through.
struct ChannelDirectory: Sendable {
    private let byID: [BinaryUUID: Channel]
    private let active: [Channel]

    init(channels: [Channel]) {
        byID = Dictionary(channels.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        active = channels.filter(\.isActive)
    }

    /// One of them, where there is any.
    var any: Channel? { active.first ?? byID.values.first }

    /// The one channel that conversations without a channel of their own go to.
    func only() throws(PostgresError) -> Channel {
        if active.count == 1, let channel = active.first { return channel }
        throw .channelOpen(active.map { "\($0.type) \($0.id)" })
    }

    /// The conversation's channel: the mapped one, else the only active one of the mapped type, else the only active
    /// one; nil where there is none such.
    func channel(of conversation: Conversation) -> Channel? {
        if let id = conversation.withBytes(.channelID, { BinaryUUID(text: $0) }) {
            return id.flatMap { byID[$0] }
        }
        let candidates = conversation.text(.channelType).map { type in active.filter { $0.type == type } } ?? active
        return candidates.count == 1 ? candidates.first : nil
    }
}
