import ImportCore

/// The feed of work that creates nothing.
struct NoConversations: ConversationFeed {
    var followsSuccess: Bool { true }
    var runID: String { "" }

    func next() async throws -> PendingConversation? { nil }
}
