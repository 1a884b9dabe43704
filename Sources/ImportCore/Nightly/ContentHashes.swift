/// What a record maps to, 32 bits for each group of fields: enough to tell whether it is what it was the night before.
///
/// Of a thousand million changed groups one in four is taken for unchanged: the price of 16 bytes a record. A record's
/// `updated_at` is no part of it.
package struct ContentHashes: Sendable, Hashable {
    package var status: UInt32
    package var assignee: UInt32
    package var messages: UInt32
    package var rest: UInt32

    package init(status: UInt32 = 0, assignee: UInt32 = 0, messages: UInt32 = 0, rest: UInt32 = 0) {
        self.status = status
        self.assignee = assignee
        self.messages = messages
        self.rest = rest
    }

    /// The groups in which the two differ.
    package func groups(differingFrom other: ContentHashes) -> ContentGroups {
        var groups: ContentGroups = []
        if status != other.status { groups.insert(.status) }
        if assignee != other.assignee { groups.insert(.assignee) }
        if messages != other.messages { groups.insert(.messages) }
        if rest != other.rest { groups.insert(.rest) }
        return groups
    }

    /// The same, but in some groups equal neither to what they were nor to another's: nobody knows which of the two the
    /// destination has.
    package func doubting(_ groups: ContentGroups, between other: ContentHashes) -> ContentHashes {
        func neither(_ one: UInt32, _ other: UInt32) -> UInt32 { one &+ 1 == other ? one &+ 2 : one &+ 1 }
        var doubted = self
        if groups.contains(.status) { doubted.status = neither(status, other.status) }
        if groups.contains(.assignee) { doubted.assignee = neither(assignee, other.assignee) }
        if groups.contains(.messages) { doubted.messages = neither(messages, other.messages) }
        if groups.contains(.rest) { doubted.rest = neither(rest, other.rest) }
        return doubted
    }
}

/// Makes the hashes of a mapped batch, one for each of its records and the same in every process. Fulfilled by
/// `FileReading`, which has the hash function.
package typealias ContentHashing = @Sendable (_ drafts: DraftBatch) -> [ContentHashes]
