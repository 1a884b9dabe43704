import Crypto
import ImportCore

/// Changed conversations as the rows that they should be: the same rows that a load would make of them.
struct WantedBatch: Sendable {
    struct Item: Sendable {
        var change: ChangedConversation
        var id: BinaryUUID
        /// What its customer and channel are looked for by; nil where a conversation that is there keeps its own.
        var naming: ExpectedBatch.Naming?
        /// Why it cannot be taken as it is.
        var refusal: Refusal?
        /// Nil where it is refused.
        var placed: PlacedConversation?
        var conversation: Tuple?
        /// In the source's order.
        var messages: [Tuple] = []
        /// What these rows and the groups are known by in the program's own table.
        var digest: [UInt8] = []
    }

    private(set) var items: [Item]
    let onDrift: DriftRule

    /// - Parameter items: as they are placed; the rows are made here.
    init(_ items: [Item], onDrift: DriftRule, identity: ConversationIdentity, attachmentsAreBinary: Bool) {
        self.items = items
        self.onDrift = onDrift
        let indices = items.indices.filter { items[$0].refusal == nil && items[$0].placed != nil }
        let batch = EncodedBatch(
            indices.compactMap { items[$0].placed }, identity: identity, run: 0,
            attachmentsAreBinary: attachmentsAreBinary)
        let messages = Dictionary(grouping: batch.messages.tuples) { $0.uuid(1) }
        let repeating = Set(batch.repeating)
        for (position, (tuple, index)) in zip(batch.conversations.tuples, indices).enumerated() {
            if repeating.contains(position) {
                self.items[index].refusal = .server(BatchLoader.repeatedMessage)
                continue
            }
            self.items[index].conversation = tuple
            self.items[index].messages = messages[items[index].id] ?? []
            self.items[index].digest = digest(of: self.items[index])
        }
    }

    private func digest(of item: Item) -> [UInt8] {
        var hash = SHA256()
        hash.update(data: [item.change.groups.rawValue, onDrift == .keep ? 0 : 1] as [UInt8])
        for tuple in CollectionOfOne(item.conversation).compactMap(\.self) + item.messages {
            hash.update(data: tuple.bytes)
        }
        return Array(hash.finalize().prefix(EncodedBatch.hashBytes))
    }

    /// Those that can be compared with what is there, as indices.
    var comparable: [Int] { items.indices.filter { items[$0].conversation != nil } }
}
