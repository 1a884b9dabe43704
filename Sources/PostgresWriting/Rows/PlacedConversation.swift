import ImportCore

/// A conversation of which everything is known that the target has to say: its customer and its channel there.
struct PlacedConversation: Sendable {
    var conversation: Conversation
    var customer: BinaryUUID?
    var channel: Channel
    var createdAt: Timestamp
}

/// One of the business's channels, as far as conversations need it; its `config` holds secrets and is never read.
struct Channel: Sendable, Equatable {
    var id: BinaryUUID
    var type: String
    var isActive: Bool
}
