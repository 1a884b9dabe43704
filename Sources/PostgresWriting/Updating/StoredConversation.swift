import Crypto
import ImportCore

/// A conversation as it is there, and what of it nobody changed since a run of this plan wrote it.
///
/// A row is ours where its `xmin`, the number of the transaction that wrote it, is that of one of our own: each writes
/// a row of the program's own tables beside it, in the same transaction and behind the same savepoint, so that the two
/// carry one number; `VACUUM` and a lock leave it as it is. A dump that was restored has other numbers, or one for all.
/// So a conversation is ours as well where it hashes to what was written, by whomever its rows were put there.
struct StoredConversation: Sendable {
    let row: Tuple
    /// In the order of their ids.
    let messages: [Tuple]
    /// Whether its row may be written.
    let isOwn: Bool
    let ownMessages: Set<BinaryUUID>
    /// The hash of what was written last; nil where nothing is known to have been.
    let lastHash: [UInt8]?
    /// Whether all of it is what was written, but for messages that others added.
    let isWhole: Bool

    init(_ row: Tuple, messages: [Tuple], writers: Writers, numbers: [BinaryUUID: String]) {
        self.row = row
        self.messages = messages
        lastHash = writers.contentHash
        let ours = messages.filter { $0.isOurs(0) }
        let isUnchanged = writers.contentHash == Self.hash(of: row, messages)
        func isOwn(_ id: BinaryUUID?) -> Bool {
            isUnchanged || id.flatMap { numbers[$0] }.map(writers.numbers.contains) ?? false
        }
        self.isOwn = isOwn(row.uuid(0))
        ownMessages = Set(ours.compactMap { $0.uuid(0) }.filter { isOwn($0) })
        isWhole = self.isOwn && ownMessages.count == ours.count
    }

    /// Over the rows as they are read back, as `EncodedBatch` takes it over those that it makes. Messages of others are
    /// none of it.
    static func hash(of row: Tuple, _ messages: [Tuple]) -> [UInt8] {
        var hash = SHA256()
        hash.update(data: row.bytes)
        for message in messages where message.isOurs(0) { hash.update(data: message.bytes) }
        return Array(hash.finalize().prefix(EncodedBatch.hashBytes))
    }

    /// Who wrote a conversation, by the program's own tables.
    struct Writers: Sendable, Equatable {
        /// Those of our transactions.
        var numbers: Set<String> = []
        /// Of what was written last; nil where nothing was by this plan.
        var contentHash: [UInt8]?
    }
}
