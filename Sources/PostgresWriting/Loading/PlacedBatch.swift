import ImportCore

/// A batch's conversations with what the target has to say of them, those that it cannot take, and those that it took
/// before it would have come to that.
struct PlacedBatch: Sendable {
    var placed: [PlacedConversation] = []
    private(set) var refused: [(conversation: Conversation, refusal: Refusal)] = []
    private(set) var earlier: [(conversation: Conversation, origin: EarlierConversations.Origin)] = []

    mutating func refuse(_ conversation: Conversation, _ refusal: Refusal) {
        refused.append((conversation, refusal))
    }

    /// Refuses the conversations of customers whom the server refused.
    mutating func refuse(customers: [BinaryUUID: Refusal]) {
        guard !customers.isEmpty else { return }
        var kept: [PlacedConversation] = []
        for placed in placed {
            if let customer = placed.customer, let refusal = customers[customer] {
                refuse(placed.conversation, refusal)
            } else {
                kept.append(placed)
            }
        }
        placed = kept
    }

    /// Takes back the refusals of conversations that are in: an earlier run came to them when less was known, such as
    /// who else has the customer's address.
    mutating func accept(_ found: [BinaryUUID: EarlierConversations.Origin], identity: ConversationIdentity) {
        guard !found.isEmpty else { return }
        var kept: [(Conversation, Refusal)] = []
        for (conversation, refusal) in refused {
            if let origin = identity.conversation(conversation).flatMap({ found[$0] }) {
                earlier.append((conversation, origin))
            } else {
                kept.append((conversation, refusal))
            }
        }
        refused = kept
    }
}

extension ConversationIdentity {
    /// The id of a conversation; nil where it has no key, and so was rejected long before.
    func conversation(_ conversation: Conversation) -> BinaryUUID? {
        conversation.withBytes(.key) { self.conversation(key: $0) }
    }
}
