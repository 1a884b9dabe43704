import Crypto
import ImportCore

/// A stretch of a source as the rows that it becomes, ready for COPY: a pure function of the conversations.
struct EncodedBatch: Sendable {
    /// What the checkpoint knows the records by, in file order.
    private(set) var records: [RecordID] = []
    private(set) var ids: [BinaryUUID] = []
    private(set) var conversations = TupleBuffer()
    private(set) var messages = TupleBuffer()
    private(set) var ledger = TupleBuffer()
    /// SHA-256 over the records' numbers, ids and contents: what the server knows the batch by.
    private(set) var digest: [UInt8] = []
    /// Conversations that have two messages of the same id, as indices.
    private(set) var repeating: [Int] = []
    private let attachmentsAreBinary: Bool

    /// Bytes of a content hash: of SHA-256 as much as keeps an accident out of reach at any number of rows.
    static let hashBytes = 16

    /// - Parameter run: the run's number in the program's own tables.
    init(
        _ placed: [PlacedConversation], identity: ConversationIdentity, run: Int32, attachmentsAreBinary: Bool = true
    ) {
        self.attachmentsAreBinary = attachmentsAreBinary
        records.reserveCapacity(placed.count)
        ids.reserveCapacity(placed.count)
        let text = placed.reduce(0) {
            $0 + ($1.conversation.batch.records.raw.count / max(1, $1.conversation.batch.records.records.count))
        }
        conversations.reserve(conversations: placed.count, bytes: placed.count * 200)
        messages.reserve(conversations: placed.count, bytes: text + placed.count * 120)
        ledger.reserve(conversations: placed.count, bytes: placed.count * 100)
        var whole = SHA256()
        for placed in placed {
            let conversation = placed.conversation
            let record = conversation.id
            var (id, messageIDs) = add(placed, identity: identity)
            if messageIDs.count > 1 {
                messageIDs.sort { ($0.id.high, $0.id.low) < ($1.id.high, $1.id.low) }
                if zip(messageIDs, messageIDs.dropFirst()).contains(where: { $0.id == $1.id }) {
                    repeating.append(ids.count)
                }
            }
            let hash = contentHash(messageIDs)
            conversation.withBytes(.key) { addLedgerRow(id, record, key: $0, hash: hash, run: run) }
            records.append(record)
            ids.append(id)
            for number in [UInt64(bitPattern: record.rawValue), id.high, id.low] {
                withUnsafeBytes(of: number.bigEndian) { whole.update(bufferPointer: $0) }
            }
            hash.withUnsafeBytes { whole.update(bufferPointer: $0) }
        }
        digest = Array(whole.finalize())
    }

    /// The conversations of the batch, as indices.
    var all: Range<Int> { ids.indices }

    // MARK: - Rows

    /// The columns that are written, in the order of the fields.
    static let conversationColumns = [
        "id", "business_id", "customer_id", "assignee_id", "status", "channel_type", "channel_id", "created_at",
        "updated_at", "first_response_at", "resolved_at", "closed_at",
    ]
    static let messageColumns = [
        "id", "conversation_id", "sender_type", "sender_id", "content", "attachments", "created_at",
    ]
    static let ledgerColumns = ["conversation_id", "run", "file", "record", "key", "content_hash"]

    private mutating func add(
        _ placed: PlacedConversation, identity: ConversationIdentity
    ) -> (id: BinaryUUID, messages: [(id: BinaryUUID, tuple: Range<Int>)]) {
        let conversation = placed.conversation
        // A conversation without a key was rejected long before.
        let id = conversation.withBytes(.key) { identity.conversation(key: $0) } ?? BinaryUUID(high: 0, low: 0)
        conversations.beginRow(fields: Int16(Self.conversationColumns.count))
        conversations.uuid(id)
        conversations.uuid(BinaryUUID(conversation.businessID))
        conversations.uuid(placed.customer)
        conversations.uuid(conversation.withBytes(.assigneeID) { BinaryUUID(text: $0) } ?? nil)
        conversations.text((conversation.status ?? .open).name)
        conversations.text(placed.channel.type)
        conversations.uuid(placed.channel.id)
        conversations.time(placed.createdAt)
        conversations.time(conversation.time(.updatedAt) ?? placed.createdAt)
        for field in [TimeField.firstResponseAt, .resolvedAt, .closedAt] {
            conversations.time(conversation.time(field))
        }
        conversations.endConversation()
        let rows = addMessages(of: conversation, id: id, identity: identity)
        return (id, rows)
    }

    private mutating func addMessages(
        of conversation: Conversation, id: BinaryUUID, identity: ConversationIdentity
    ) -> [(id: BinaryUUID, tuple: Range<Int>)] {
        var rows: [(BinaryUUID, Range<Int>)] = []
        var repetitions: [MessageDigest: Int] = [:]
        conversation.withBytes(.key) { key in
            conversation.forEachMessage { message in
                let messageID: BinaryUUID
                if let own = message.id {
                    messageID = identity.message(key: key, id: own)
                } else {
                    let digest = MessageDigest(sender: message.sender, time: message.time, text: message.content)
                    let repetition = repetitions[digest, default: 0]
                    repetitions[digest] = repetition + 1
                    messageID = identity.message(key: key, digest: digest, repetition: repetition)
                }
                let start = messages.bytes.count
                messages.beginRow(fields: Int16(Self.messageColumns.count))
                messages.uuid(messageID)
                messages.uuid(id)
                messages.text(message.sender.name)
                messages.null()
                if let subject = message.subject {
                    messages.text(subject, above: message.content)
                } else {
                    messages.text(message.content)
                }
                messages.emptyList(isBinary: attachmentsAreBinary)
                messages.time(message.time)
                rows.append((messageID, start..<messages.bytes.count))
            }
        }
        messages.endConversation()
        return rows
    }

    private mutating func addLedgerRow(
        _ id: BinaryUUID, _ record: RecordID, key: UnsafeBufferPointer<UInt8>, hash: [UInt8], run: Int32
    ) {
        ledger.beginRow(fields: Int16(Self.ledgerColumns.count))
        ledger.uuid(id)
        ledger.integer(run)
        ledger.integer(Int32(record.file))
        ledger.bigInteger(Int64(record.number))
        ledger.text(key)
        ledger.blob(hash)
        ledger.endConversation()
    }

    /// A hash of the conversation's row and of its messages', these in the order of their ids: the same when the rows
    /// are read back as they were written.
    ///
    /// - Parameter rows: in that order.
    private func contentHash(_ rows: [(id: BinaryUUID, tuple: Range<Int>)]) -> [UInt8] {
        var hash = SHA256()
        let last = conversations.conversations - 1
        hash.update(conversations.bytes, conversations.tuples(of: last))
        for row in rows { hash.update(messages.bytes, row.tuple) }
        return Array(hash.finalize().prefix(Self.hashBytes))
    }
}

extension SHA256 {
    fileprivate mutating func update(_ bytes: [UInt8], _ range: Range<Int>) {
        bytes.withUnsafeBytes { update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[range])) }
    }
}
