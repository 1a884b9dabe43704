/// What a dry run found.
package struct ValidationResult: Sendable {
    package var books = Books()
    package var tally = FindingTally()
    package var fill: ColumnFill
    /// Whether a run would stop at the rejection limit.
    package var isLimitPassed = false
    /// What a destination said; nil where none was asked.
    package var foreseen: ForeseenFigures?
}

/// The dry run: reads, maps and validates everything, and writes nothing but reports.
package struct ValidationRun<Source: RecordSource> {
    private let pipeline: BatchPipeline<Source>
    private let intake: BatchIntake
    private let report: any RejectionReport
    private let observer: any RunObserver
    private let limit: RejectionLimit
    private let mostRecords: Int?
    private let fileNames: [String]
    private let destination: (any DryRunning)?
    private let result: ValidationResult

    /// - Parameters:
    ///   - mostRecords: after so many records reading ends.
    ///   - destination: one that is asked what a run would meet there; nil for none.
    package init(
        source: Source, preparation: Preparation, businessID: String, width: Int, index: any KeyIndex,
        duplicates: Plan.DuplicateKeys, limit: RejectionLimit, mostRecords: Int?, headers: [CSVHeader],
        sourceBytes: Int?,
        report: any RejectionReport, observer: any RunObserver, destination: (any DryRunning)? = nil
    ) {
        pipeline = BatchPipeline(source: source, preparation: preparation, businessID: businessID, width: width)
        intake = BatchIntake(
            index: index, duplicates: duplicates, fileNames: source.fileNames, sourceBytes: sourceBytes)
        self.report = report
        self.observer = observer
        self.limit = limit
        self.mostRecords = mostRecords
        fileNames = source.fileNames
        self.destination = destination
        var result = ValidationResult(fill: ColumnFill(headers: headers))
        if destination != nil { result.foreseen = ForeseenFigures() }
        self.result = result
    }

    /// - Parameter conversations: called with each batch's valid conversations, in order.
    package func run(_ conversations: (TakenBatch) async throws -> Void) async throws -> ValidationResult {
        var intake = intake
        var result = result
        try await pipeline.forEach { batch in
            var taken = try intake.take(batch)
            let isLast = taken.cut(toRecords: mostRecords.map { $0 - result.books.records.read })
            try await foresee(&taken, &result)
            result.books.enter(taken)
            result.fill.enter(batch)
            let rejected = taken.rejectedRecords(fileNames: fileNames)
            if !rejected.isEmpty { try await report.append(rejected) }
            for rejected in taken.rejected {
                result.tally.enter(rejected.rejection)
                observer.rejected(taken.record(of: rejected, fileNames: fileNames))
            }
            let books = result.books
            if limit.isPassed(read: books.records.read, rejected: books.records.rejected, isEnd: false) {
                result.isLimitPassed = true
            }
            try await conversations(taken)
            observer.progressed(books, position: batch.span.end)
            return !isLast
        }
        let records = result.books.records
        if limit.isPassed(read: records.read, rejected: records.rejected, isEnd: true) { result.isLimitPassed = true }
        _ = try await report.flush()
        return result
    }

    /// Asks the destination about what may be written, and rejects what it would refuse.
    private func foresee(_ taken: inout TakenBatch, _ result: inout ValidationResult) async throws {
        guard let destination else { return }
        let accepted = taken.accepted
        let batch = taken.batch
        let foreseen = try await destination.foresee(accepted.map { batch.conversation(at: $0) })
        result.foreseen?.enter(foreseen)
        guard !foreseen.refused.isEmpty else { return }
        let findings = Dictionary(uniqueKeysWithValues: foreseen.refused.map { (accepted[$0.key], $0.value) })
        taken.refuse(findings)
        // `Books.enter` counts every rejection as ours.
        result.books.rejections.byUs -= findings.count
        result.books.rejections.byDestination += findings.count
    }
}

extension TakenBatch {
    /// One of the rejected records, with its bytes.
    package func record(of rejected: RejectedIndex, fileNames: [String]) -> RejectedRecord {
        RejectedRecord(
            rejected.rejection, file: fileNames[rejected.rejection.place.file],
            bytes: batch.rawBytes(at: rejected.index))
    }

    /// All rejected records, with what belongs to one that began in an earlier batch in front.
    package func rejectedRecords(fileNames: [String]) -> [RejectedRecord] {
        var records: [RejectedRecord] = []
        let continued = batch.records.continued
        if !isRestricted, continued.isPresent, continued.length > 0 {
            records.append(
                RejectedRecord(
                    Rejection(place: batch.span.place(Place(file: 0, line: 0, record: 0, offset: 0)), findings: []),
                    file: fileNames[batch.span.start.file], bytes: batch.records.raw[continued.bounds],
                    isContinuation: true))
        }
        return records + rejected.map { record(of: $0, fileNames: fileNames) }
    }
}
