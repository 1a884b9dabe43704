import ImportCore

extension Target {
    /// The first column that one of a conversation's texts does not fit into; nil where all fit.
    func tooNarrow(for conversation: Conversation) -> String? {
        characterLimits.first { limit in
            switch (limit.table, limit.column) {
            case (.customers, let column):
                guard let field = Self.customerFields[column], let text = conversation.text(field) else { return false }
                return text.unicodeScalars.count > limit.characters
            case (.messages, "content"):
                var isTooLong = false
                conversation.forEachMessage { message in
                    var characters = Self.characters(message.content)
                    // The subject stands above the text, with an empty line between.
                    if let subject = message.subject { characters += Self.characters(subject) + 2 }
                    if characters > limit.characters { isTooLong = true }
                }
                return isTooLong
            default: return false
            }
        }.map { "\($0.table).\($0.column)" }
    }

    private static let customerFields: [String: TextField] = [
        "name": .customerName, "email": .customerEmail, "phone": .customerPhone, "external_id": .customerExternalID,
    ]

    /// Unicode scalars, which is what PostgreSQL counts: all bytes but those that continue one.
    private static func characters(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        text.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
    }
}
