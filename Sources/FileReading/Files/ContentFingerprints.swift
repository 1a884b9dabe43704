import CXXHash
package import ImportCore

/// Hashes of what records map to, by XXH3 (64 bits a value, folded together; 32 are kept of a group).
///
/// They stand in baselines: what goes into a group, in which order and how it is folded never changes, or every record
/// would count as changed.
package enum ContentFingerprints {
    package static let hash: ContentHashing = { drafts in
        drafts.records.slab.withUnsafeBytes { slab in
            let columns = Columns(drafts: drafts, slab: slab)
            return drafts.records.records.indices.map { columns.hashes(of: $0) }
        }
    }

    /// Of the bytes of whole files as they lie there, one after the other: tells whether any of them is another now.
    package static func hash(ofFiles patterns: [String], relativeTo folder: String) throws(InputError) -> String {
        var hashes: [String] = []
        for name in try SourceFiles.resolve(patterns, relativeTo: folder) {
            let reader = try BlockReader(path: name.path, takesFingerprint: true)
            while !reader.isAtEnd { _ = try reader.read(BlockHasher.blockBytes, behind: []) }
            hashes += reader.fingerprint.blocks + [reader.fingerprint.rest]
        }
        return hashes.joined(separator: " ")
    }

    /// The hash of the group `assignee` for a conversation with this assignee: tells, of an old one, who it was.
    package static func assignee(_ id: String?) -> UInt32 {
        var fold = Fold()
        guard let id else {
            fold.addNothing()
            return fold.value
        }
        Array(id.utf8).withUnsafeBytes { fold.addFoldingCase($0[...]) }
        return fold.value
    }
}

/// A mapped batch, to be read by record.
private struct Columns {
    let drafts: DraftBatch
    let slab: UnsafeRawBufferPointer

    private static let restOfTexts: [TextField] = [
        .customerID, .channelType, .channelID, .subject, .customerName, .customerEmail, .customerPhone,
        .customerExternalID,
    ]
    private static let restOfTimes: [TimeField] = [.createdAt, .firstResponseAt, .customerCreatedAt]

    func hashes(of row: Int) -> ContentHashes {
        var status = Fold()
        status.add(UInt64(drafts.statuses.isEmpty ? 0 : drafts.statuses[row]))
        add(.resolvedAt, of: row, to: &status)
        add(.closedAt, of: row, to: &status)
        var assignee = Fold()
        add(.assigneeID, of: row, to: &assignee)
        var messages = Fold()
        addMessages(of: row, to: &messages)
        var rest = Fold()
        for field in Self.restOfTexts { add(field, of: row, to: &rest) }
        for field in Self.restOfTimes { add(field, of: row, to: &rest) }
        return ContentHashes(
            status: status.value, assignee: assignee.value, messages: messages.value, rest: rest.value)
    }

    private func add(_ field: TextField, of row: Int, to fold: inout Fold) {
        let column = drafts.texts[field.rawValue]
        guard !column.isEmpty, column[row].isPresent else { return fold.addNothing() }
        switch field {
        // Ids are compared without case.
        case .customerID, .assigneeID, .channelID: fold.addFoldingCase(slab[column[row].bounds])
        default: fold.add(slab, column[row])
        }
    }

    private func add(_ field: TimeField, of row: Int, to fold: inout Fold) {
        let column = drafts.times[field.rawValue]
        fold.add(UInt64(bitPattern: column.isEmpty ? Timestamp.none.microseconds : column[row].microseconds))
    }

    private func addMessages(of row: Int, to fold: inout Fold) {
        let opening = opening(of: row)
        if opening.isPresent { fold.add(slab, opening) } else { fold.addNothing() }
        guard !drafts.messageRanges.isEmpty else { return }
        let columns = drafts.messages
        for message in drafts.messageRanges[row] {
            fold.add(UInt64(columns.senders[message]))
            fold.add(UInt64(bitPattern: columns.times[message].microseconds))
            for range in [columns.ids[message], columns.contents[message]] {
                if range.isPresent { fold.add(slab, range) } else { fold.addNothing() }
            }
        }
    }

    /// The opening message without the reference that a destination wants under it: that one is the plan's word, and no
    /// change of the record.
    private func opening(of row: Int) -> ByteRange {
        let openings = drafts.texts[TextField.initialMessage.rawValue]
        guard !openings.isEmpty, openings[row].isPresent else { return .none }
        let references = drafts.texts[TextField.reference.rawValue]
        let opening = openings[row]
        guard !references.isEmpty, references[row].isPresent, references[row].length > 0 else { return opening }
        let reference = references[row]
        if opening == reference { return .none }
        guard opening.length > reference.length,
            slab[opening.bounds].suffix(Int(reference.length)).elementsEqual(slab[reference.bounds])
        else { return opening }
        return ByteRange(offset: Int(opening.offset), length: Int(opening.length - reference.length) - 1)
    }
}

/// Values folded into one, each with its place among them.
private struct Fold {
    // The fractions of the golden ratio and of the square root of 3: any odd numbers without a pattern would do.
    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

    var value: UInt32 { UInt32(truncatingIfNeeded: state ^ state >> 32) }

    mutating func add(_ word: UInt64) {
        let product = (state ^ word).multipliedFullWidth(by: 0xBB67_AE85_84CA_A73B)
        state = (product.high ^ product.low) &+ 0x9E37_79B9_7F4A_7C15
    }

    mutating func addNothing() { add(0xA5A5_A5A5_A5A5_A5A5) }

    mutating func add(_ slab: UnsafeRawBufferPointer, _ range: ByteRange) {
        guard let base = slab.baseAddress else { return add(0) }
        add(XXH3_64bits(base + Int(range.offset), Int(range.length)))
    }

    mutating func addFoldingCase(_ bytes: Slice<UnsafeRawBufferPointer>) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(bytes.count, 1)) { copy in
            for (index, byte) in bytes.enumerated() {
                let isCapital = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                copy.initializeElement(at: index, to: isCapital ? byte | 0x20 : byte)
            }
            add(XXH3_64bits(copy.baseAddress, bytes.count))
        }
    }
}
