/// The first phase of a night: reads the whole source once, writes nothing at the destination, and says of every record
/// whether it is new, changed, or as it was.
package struct NightComparison: Sendable {
    private let source: any RecordSource
    private let preparation: Preparation
    private let businessID: String
    private let width: Int
    private let terms: NightTerms
    private let expectation: SyncOptions.Expectation?
    private let grown: [GrownFile]

    /// - Parameters:
    ///   - preparation: one that makes content hashes.
    ///   - width: pieces in flight.
    ///   - grown: the files, in order, that the source gives only from where they are settled on.
    package init(
        source: any RecordSource, preparation: Preparation, businessID: String, width: Int, terms: NightTerms,
        expectation: SyncOptions.Expectation?, grown: [GrownFile] = []
    ) {
        precondition(preparation.contentHash != nil, "a night compares what records map to, and so needs its hashes")
        self.source = source
        self.preparation = preparation
        self.businessID = businessID
        self.width = width
        self.terms = terms
        self.expectation = expectation
        self.grown = grown
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
        facts.grown = grown
        var marks = source.fileNames.map { _ in NightMarks() }
        var skips = source.fileNames.map { _ in Books.Skips() }
        var untaken = grown[...]
        func takeGrown(through file: Int) async throws {
            while let next = untaken.first, next.file <= file {
                untaken.removeFirst()
                try await draft.append(next.settled)
                facts.recordsOfFiles[next.file] += next.settled.records
                facts.skips.add(next.settled.skips)
                skips[next.file] = next.settled.skips
                marks[next.file].add(NightMark(position: next.start, skips: next.settled.skips))
            }
        }
        var heldBack = 0
        try await pipeline.forEach { batch in
            let records = batch.nightRecords
            let held = records.last?.standing == .heldBack ? 1 : 0
            let file = batch.span.start.file
            try await takeGrown(through: file)
            heldBack += held
            facts.recordsOfFiles[file] += records.count
            for (row, record) in records.enumerated() where record.standing == .skipped {
                guard let reason = batch.drafts.skipReason(of: row) else { continue }
                facts.skips.count(reason)
                skips[file].count(reason)
            }
            marks[file].add(NightMark(position: batch.span.end, skips: skips[file]))
            for record in records where record.updatedAt != BaselineEntry.noTime {
                facts.latestUpdate = max(facts.latestUpdate ?? record.updatedAt, record.updatedAt)
            }
            try await draft.append(records)
            try await onBatch(batch, 0..<records.count - held)
            return true
        }
        try await takeGrown(through: source.fileNames.count)
        facts.marks = marks.map(\.all)
        facts.sources = await source.fingerprints()
        try confirm(facts.sources)
        try check(read: facts.recordsOfFiles.reduce(0, +) - heldBack, of: source.fileNames)
        return try await draft.finish(facts)
    }

    /// Far fewer records than expected are no night's work, but a broken export.
    private func check(read: Int, of fileNames: [String]) throws(NightError) {
        let name = fileNames.count == 1 ? fileNames[0] : "\(fileNames.count) files"
        if read == 0 && terms.export == .full { throw .noRecords(source: name) }
        let last = terms.recordsExpected
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
