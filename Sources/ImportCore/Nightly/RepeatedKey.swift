/// The records of one night that have the same key, one of which counts.
package struct RepeatedKey {
    /// A record, and where it stands in the source, from 0 over all files.
    package struct Member: Sendable, Equatable {
        package var ordinal: Int
        package var record: NightRecord

        package init(ordinal: Int, record: NightRecord) {
            self.ordinal = ordinal
            self.record = record
        }
    }

    private let duplicates: Plan.DuplicateKeys
    private let mark: Int64?

    package init(terms: NightTerms) {
        duplicates = terms.duplicates
        mark = terms.mark
    }

    /// Settles all records of a key, in the source's order, whatever was settled of them one by one.
    ///
    /// - Parameters:
    ///   - entry: the baseline's with the same key, and its place there from 0; nil where it has none.
    package func settle(_ members: inout [Member], entry: (place: Int, entry: BaselineEntry)?) {
        for index in members.indices { members[index].record.reopen() }
        let kept = keptMember(of: members)
        for index in members.indices where index != kept && members[index].record.standing != .rejected {
            members[index].record.standing = .repeated
            members[index].record.counterpart = members[kept].ordinal
        }
        if let entry { members[kept].record.compare(with: entry.entry, at: entry.place, since: mark) }
    }

    /// The index of the one that counts. What is wrong in itself may count as the first, as in a run; as the last it
    /// leaves the place to one that can be written.
    private func keptMember(of members: [Member]) -> Int {
        guard duplicates == .last else { return 0 }
        var kept: Int?
        for index in members.indices where members[index].record.standing != .rejected {
            guard let last = kept else {
                kept = index
                continue
            }
            if members[index].record.updatedAt >= members[last].record.updatedAt { kept = index }
        }
        return kept ?? 0
    }
}

extension NightRecord {
    /// Forgets what was settled of the record by its key.
    fileprivate mutating func reopen() {
        if standing != .rejected { standing = .new }
        groups = []
        counterpart = -1
        record = Self.noRecord
    }
}
