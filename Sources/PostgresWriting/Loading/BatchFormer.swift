import ImportCore

/// Cuts the conversations of a feed into batches at fixed record numbers, and between those where they grow large,
/// whatever pieces they came in: so the same source gives the same batches in every run, and a batch that is in can be
/// told by its digest. A run that goes on in the middle is in step again from the next fixed number on.
struct BatchFormer {
    /// Records between two fixed cuts.
    static let recordsInBatch = 8192
    /// Bytes of the source after which a batch is cut: enough that a transaction's own cost does not count, and little
    /// enough that four batches at once, each several times as large in memory, stay within the program's bounds.
    private static let bytesInBatch = 1 << 20

    private var conversations: [Conversation] = []
    private var bytes = 0

    /// The stretch of a source that a record belongs to.
    private struct Stretch: Equatable {
        var file: Int
        var number: Int

        init(_ record: RecordID) {
            file = record.file
            number = (record.number - 1) / BatchFormer.recordsInBatch
        }
    }

    /// Adds conversations; returns the batches that are whole by that.
    mutating func add(_ pending: [PendingConversation]) -> [[Conversation]] {
        var whole: [[Conversation]] = []
        for pending in pending {
            let conversation = pending.conversation
            if let last = conversations.last,
                Stretch(last.id) != Stretch(conversation.id) || last.id >= conversation.id
                    || bytes >= Self.bytesInBatch
            {
                whole.append(conversations)
                conversations.removeAll(keepingCapacity: true)
                bytes = 0
            }
            conversations.append(conversation)
            bytes += conversation.sourceBytes
        }
        return whole
    }

    /// What is left at the end; nil for nothing.
    mutating func finish() -> [Conversation]? {
        guard !conversations.isEmpty else { return nil }
        defer { conversations = [] }
        return conversations
    }
}
