/// Decides which drafts of a batch may be written, and says of the others everything that is wrong with them.
///
/// A pure function of the batch. Each rule runs over its whole column; words are made for failing values only.
package struct ConversationValidator: Sendable {
    private let rules: CreateRequestRules
    private let channels = ChannelVocabulary()

    package init(limits: Limits) { rules = CreateRequestRules(messageCharacters: limits.messageCharacters) }

    package func validate(_ drafts: DraftBatch, keyFingerprints: [KeyFingerprint]) -> ValidatedBatch {
        var found = FindingList(drafts)
        drafts.records.slab.withUnsafeBufferPointer { slab in
            // One look at the whole slab, and in the ordinary case none at each field.
            let holdsNUL = drafts.records.mayHoldNUL && slab.containsNUL
            for field in TextField.allCases {
                let column = TextColumn(ranges: drafts.texts[field.rawValue], slab: slab)
                check(field, column, count: drafts.records.records.count, &found)
                if holdsNUL { column.forEach { if $1.containsNUL { found.append(.nul(in: field.name), at: $0) } } }
            }
            checkTimes(drafts.times, &found)
            checkMessages(drafts, slab, holdsNUL: holdsNUL, &found)
        }
        var drafts = drafts
        drafts.findings = []
        return ValidatedBatch(
            drafts: drafts, valid: found.valid, findings: found.findings, keyFingerprints: keyFingerprints)
    }

    private func check(_ field: TextField, _ column: TextColumn, count: Int, _ found: inout FindingList) {
        switch field {
        case .key:
            for index in 0..<count where column.isEmpty(at: index) { found.append(.keyMissing, at: index) }
        case .customerID: checkUUIDs(field, .customerID, column, &found)
        case .assigneeID: checkUUIDs(field, .assigneeID, column, &found)
        case .channelID: checkUUIDs(field, .channelID, column, &found)
        case .channelType:
            column.forEach { index, text in
                if !channels.contains(text) { found.append(.channelTypeUnknown, at: index) }
            }
        case .initialMessage:
            column.forEach { index, text in
                let violations = rules.messageViolations(text)
                if violations.isEmpty { return }
                if violations.contains(.messageBlank) {
                    found.append(.blank(.messageBlank, field: field.name), at: index)
                }
                if violations.contains(.messageTooLong) {
                    let limit = rules.messageCharacters
                    found.append(.tooLong(.messageTooLong, field: field.name, limit: limit), at: index)
                }
            }
        case .subject, .customerName, .customerEmail, .customerPhone, .customerExternalID, .reference: break
        }
    }

    private func checkUUIDs(
        _ field: TextField, _ code: RejectionCode, _ column: TextColumn, _ found: inout FindingList
    ) {
        column.forEach { index, text in
            if !text.isUUID { found.append(.notUUID(code, field: field), at: index) }
        }
    }

    private func checkTimes(_ times: [[Timestamp]], _ found: inout FindingList) {
        let created = times[TimeField.createdAt.rawValue]
        guard !created.isEmpty else { return }
        let rules: [(TimeField, RejectionCode)] = [
            (.updatedAt, .createdAfterUpdated), (.firstResponseAt, .respondedBeforeCreated),
            (.resolvedAt, .resolvedBeforeCreated), (.closedAt, .closedBeforeCreated),
        ]
        for (field, code) in rules {
            let later = times[field.rawValue]
            // A missing creation time, the least of all, is before every other.
            for index in later.indices where later[index] < created[index] && later[index].isPresent {
                found.append(.beforeCreated(code, field: field), at: index)
            }
        }
    }

    private func checkMessages(
        _ drafts: DraftBatch, _ slab: UnsafeBufferPointer<UInt8>, holdsNUL: Bool, _ found: inout FindingList
    ) {
        let contents = TextColumn(ranges: drafts.messages.contents, slab: slab)
        let ids = TextColumn(ranges: drafts.messages.ids, slab: slab)
        for index in drafts.messageRanges.indices {
            let rows = drafts.messageRanges[index]
            for row in rows {
                let text = contents.bytes(at: row)
                let violations = rules.messageViolations(text)
                if violations.isEmpty && !holdsNUL { continue }
                let message = "messages[\(row - rows.lowerBound)]"
                let field = message + ".content"
                if violations.contains(.messageBlank) { found.append(.blank(.contentBlank, field: field), at: index) }
                if violations.contains(.messageTooLong) {
                    let limit = rules.messageCharacters
                    found.append(.tooLong(.contentTooLong, field: field, limit: limit), at: index)
                }
                if holdsNUL && text.containsNUL { found.append(.nul(in: field), at: index) }
                if holdsNUL && ids.bytes(at: row).containsNUL { found.append(.nul(in: message + ".id"), at: index) }
            }
        }
    }
}

/// One field of all records, with the slab that its text stands in.
private struct TextColumn {
    let ranges: [ByteRange]
    let slab: UnsafeBufferPointer<UInt8>

    /// Whether there is no text: none given, or of no length.
    @inline(__always)
    func isEmpty(at index: Int) -> Bool {
        ranges.isEmpty || ranges[index].isNone || ranges[index].length == 0
    }

    /// The text; nothing where there is none.
    @inline(__always)
    func bytes(at index: Int) -> UnsafeBufferPointer<UInt8> {
        isEmpty(at: index) ? UnsafeBufferPointer(start: nil, count: 0) : slice(ranges[index])
    }

    /// Calls with each record's index and text, where there is one, be it empty.
    @inline(__always)
    func forEach(_ body: (Int, UnsafeBufferPointer<UInt8>) -> Void) {
        for index in ranges.indices where ranges[index].isPresent { body(index, slice(ranges[index])) }
    }

    @inline(__always)
    private func slice(_ range: ByteRange) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: slab[range.bounds])
    }
}
