/// A validated conversation: what may be written. Only validation makes one, so nothing else reaches a destination.
///
/// It is a view into its batch, 16 bytes; a `String` is made when one is asked for.
package struct Conversation: Sendable {
    package let batch: ConversationBatch
    package let index: Int

    init(batch: ConversationBatch, index: Int) {
        self.batch = batch
        self.index = index
    }

    package var place: Place { batch.place(at: index) }
    /// What the checkpoint knows the record by.
    package var id: RecordID { batch.id(at: index) }
    /// The half of the key's fingerprint that the checkpoint keeps.
    package var keyFingerprint: UInt64 { batch.content.keyFingerprints[index].low }

    /// The length of its record in the source.
    package var sourceBytes: Int { Int(batch.records.records[index].raw.length) }

    package var key: String { text(.key) ?? "" }
    package var businessID: String { batch.businessID }
    package var status: ConversationStatus? { ConversationStatus(rawValue: batch.drafts.statuses[index]) }

    /// The field as text; nil when it is absent.
    package func text(_ field: TextField) -> String? {
        withBytes(field) { String(decoding: $0, as: UTF8.self) }
    }

    /// The field's UTF-8 bytes; nil when it is absent.
    package func withBytes<Result>(_ field: TextField, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result? {
        let column = batch.drafts.texts[field.rawValue]
        guard !column.isEmpty, column[index].isPresent else { return nil }
        let bounds = column[index].bounds
        return batch.records.slab.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[bounds])) }
    }

    /// The field as a time; nil when it is absent.
    package func time(_ field: TimeField) -> Timestamp? {
        let column = batch.drafts.times[field.rawValue]
        guard !column.isEmpty, column[index].isPresent else { return nil }
        return column[index]
    }

    package var messages: [Message] {
        guard !batch.drafts.messageRanges.isEmpty else { return [] }
        return batch.drafts.messageRanges[index].map { row in
            Message(
                content: batch.string(batch.drafts.messages.contents[row]) ?? "",
                sender: SenderType(rawValue: batch.drafts.messages.senders[row]) ?? .agent,
                createdAt: batch.drafts.messages.times[row].isPresent ? batch.drafts.messages.times[row] : nil,
                id: batch.string(batch.drafts.messages.ids[row]))
        }
    }
}

/// One message of a conversation.
package struct Message: Sendable, Equatable {
    package var content: String
    package var sender: SenderType
    package var createdAt: Timestamp?
    /// Its own id in the old system.
    package var id: String?
}
