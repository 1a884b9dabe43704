import Crypto
import ImportCore

/// Customers on their way into their table.
struct NewCustomers: Sendable {
    private(set) var ids: [BinaryUUID] = []
    /// The records that name them first.
    private var records: [RecordID] = []
    private var externalIDs: [BinaryUUID?] = []
    private var emails: [BinaryUUID?] = []
    private(set) var rows = TupleBuffer()

    static let columns = ["id", "business_id", "name", "email", "phone", "external_id", "created_at"]
    static let ledgerColumns = ["customer_id", "run", "file", "record", "content_hash"]

    var isEmpty: Bool { ids.isEmpty }
    var all: Range<Int> { ids.indices }

    /// - Parameters:
    ///   - externalID: the identity that it gives, and so with `email`.
    mutating func add(
        _ id: BinaryUUID, externalID: BinaryUUID?, email: BinaryUUID?, business: BinaryUUID,
        of conversation: Conversation, createdAt: Timestamp
    ) {
        ids.append(id)
        records.append(conversation.id)
        externalIDs.append(externalID)
        emails.append(email)
        rows.beginRow(fields: Int16(Self.columns.count))
        rows.uuid(id)
        rows.uuid(business)
        for field in [TextField.customerName, .customerEmail, .customerPhone, .customerExternalID] {
            if conversation.withBytes(field, { rows.text($0) }) == nil { rows.null() }
        }
        // The first conversation's time where the source has none: no value comes from a clock.
        rows.time(conversation.time(.customerCreatedAt) ?? createdAt)
        rows.endConversation()
    }

    /// One of them, as the books keep those whom the server refused.
    func refused(_ index: Int, _ error: ServerError) -> RefusedCustomer {
        RefusedCustomer(
            id: ids[index], record: records[index], externalID: externalIDs[index], email: emails[index],
            refusal: .server(error))
    }

    /// The ledger's rows for them.
    func ledger(run: Int32) -> TupleBuffer {
        var ledger = TupleBuffer()
        for index in all {
            var hash = SHA256()
            rows.bytes.withUnsafeBytes {
                hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[rows.tuples(of: index)]))
            }
            ledger.beginRow(fields: Int16(Self.ledgerColumns.count))
            ledger.uuid(ids[index])
            ledger.integer(run)
            ledger.integer(Int32(records[index].file))
            ledger.bigInteger(Int64(records[index].number))
            ledger.blob(Array(hash.finalize().prefix(EncodedBatch.hashBytes)))
            ledger.endConversation()
        }
        return ledger
    }
}
