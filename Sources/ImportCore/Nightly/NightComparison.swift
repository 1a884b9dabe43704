/// The first phase of a night: reads the whole source once, writes nothing at the destination, and says of every record
/// whether it is new, changed, or as it was.
package struct NightComparison: Sendable {
    private let source: any RecordSource
    private let preparation: Preparation
    private let businessID: String
    private let width: Int
    private let terms: NightTerms
    private let expectation: SyncOptions.Expectation?

    /// - Parameters:
    ///   - preparation: one that makes content hashes.
    ///   - width: pieces in flight.
    package init(
        source: any RecordSource, preparation: Preparation, businessID: String, width: Int, terms: NightTerms,
        expectation: SyncOptions.Expectation?
    ) {
        precondition(preparation.contentHash != nil, "a night compares what records map to, and so needs its hashes")
        self.source = source
        self.preparation = preparation
        self.businessID = businessID
        self.width = width
        self.terms = terms
        self.expectation = expectation
    }

    /// Compares, and leaves the result in the draft's file.
    ///
    /// - Parameters:
    ///   - draft: begun on the same terms.
    ///   - confirm: throws where the files are not what they were when they were opened; called when all is read.
    ///   - onBatch: called with each batch in order, and the indices of the records of it that count: all but one that is
    ///     held back. Whether its keys repeat is not known then.
    package func compare(
        into draft: any NightDraft, confirm: @Sendable ([SourceFingerprint]) throws -> Void,
        onBatch: (ConversationBatch, Range<Int>) async throws -> Void
    ) async throws -> any Night {
        try await compare(source, into: draft, confirm: confirm, onBatch: onBatch)
    }

    private func compare(
        _ source: some RecordSource, into draft: any NightDraft,
        confirm: @Sendable ([SourceFingerprint]) throws -> Void,
        onBatch: (ConversationBatch, Range<Int>) async throws -> Void
    ) async throws -> any Night {
        let pipeline = BatchPipeline(
            source: source, preparation: preparation, businessID: businessID, width: width)
        var facts = NightFacts(terms: terms)
        facts.recordsOfFiles = source.fileNames.map { _ in 0 }
        var heldBack = 0
        try await pipeline.forEach { batch in
            let records = batch.nightRecords
            let held = records.last?.standing == .heldBack ? 1 : 0
            heldBack += held
            facts.recordsOfFiles[batch.span.start.file] += records.count
            for (row, record) in records.enumerated() where record.standing == .skipped {
                batch.drafts.skipReason(of: row).map { facts.skips.count($0) }
            }
            for record in records where record.updatedAt != BaselineEntry.noTime {
                facts.latestUpdate = max(facts.latestUpdate ?? record.updatedAt, record.updatedAt)
            }
            try await draft.append(records)
            try await onBatch(batch, 0..<records.count - held)
            return true
        }
        facts.sources = await source.fingerprints()
        try confirm(facts.sources)
        try check(read: facts.recordsOfFiles.reduce(0, +) - heldBack, of: source.fileNames)
        return try await draft.finish(facts)
    }

    /// Far fewer records than expected are no night's work, but a broken export.
    private func check(read: Int, of fileNames: [String]) throws(NightError) {
        let name = fileNames.count == 1 ? fileNames[0] : "\(fileNames.count) files"
        if read == 0 && terms.export == .full { throw .noRecords(source: name) }
        let last = terms.baseline?.recordsRead
        switch expectation {
        case nil: break
        case .records(let expected)?:
            if read < expected { throw .tooFewRecords(source: name, read: read, expected: expected, last: last) }
        case .share(let percent)?:
            guard let last else { return }
            let expected = Int((Double(last) * percent / 100).rounded(.up))
            if read < expected { throw .tooFewRecords(source: name, read: read, expected: expected, last: last) }
        }
    }
}

extension ConversationBatch {
    /// The batch's records, not yet compared with anything.
    fileprivate var nightRecords: [NightRecord] {
        let times = drafts.times[TimeField.updatedAt.rawValue]
        var records = records.records.indices.map { row in
            var record = NightRecord(
                key: content.keyFingerprints[row], hashes: content.contentHashes[row], standing: .rejected)
            if !times.isEmpty, times[row].isPresent { record.updatedAt = times[row].milliseconds }
            return record
        }
        for row in content.valid { records[row].standing = .new }
        for row in drafts.skips.indices where drafts.isSkipped(row) { records[row].standing = .skipped }
        if self.records.isCutShort, let last = records.indices.last { records[last].standing = .heldBack }
        return records
    }
}

extension Timestamp {
    /// Since 1970, cut downwards.
    fileprivate var milliseconds: Int64 { microseconds >= 0 ? microseconds / 1000 : (microseconds - 999) / 1000 }
}
