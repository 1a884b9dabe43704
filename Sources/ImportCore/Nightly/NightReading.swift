/// Says in the write phase, batch by batch, what the comparison decided.
package struct NightReading: Sendable {
    private let night: any Night
    private let fileNames: [String]

    package init(_ night: any Night, fileNames: [String]) {
        self.night = night
        self.fileNames = fileNames
    }

    /// What is to become of each record of a batch. The batch must stand where it stood in the comparison, and hold what
    /// it held: a source that was changed in between ends the night.
    package func verdicts(of batch: ConversationBatch) throws -> [NightVerdict] {
        let rows = batch.records.records.indices
        guard let first = rows.first else { return [] }
        let start = RecordID(file: batch.span.start.file, number: batch.span.start.record + first + 1)
        let counts = night.facts.recordsOfFiles
        guard start.file < counts.count, start.number + rows.count - 1 <= counts[start.file] else {
            throw NightError.changedSince(place: place(of: start))
        }
        let records = try night.records(from: night.facts.ordinal(of: start), count: rows.count)
        let isHashed = !batch.content.contentHashes.isEmpty
        return try rows.map { row in
            let record = records[row]
            let isSame =
                record.standing == .heldBack
                || (record.key == batch.content.keyFingerprints[row]
                    && (!isHashed || record.hashes == batch.content.contentHashes[row]))
            guard isSame else {
                throw NightError.changedSince(place: place(of: RecordID(file: start.file, number: start.number + row)))
            }
            return night.verdict(on: record)
        }
    }

    private func place(of record: RecordID) -> String {
        let name = record.file < fileNames.count ? fileNames[record.file] : "file \(record.file + 1)"
        return "\(name) record \(record.number)"
    }
}

extension Night {
    /// What the write phase does with one of the night's records.
    package func verdict(on record: NightRecord) -> NightVerdict {
        switch record.standing {
        case .new: .new
        case .unchanged: .unchanged(record: record.record)
        case .changed where facts.terms.remaps: .remapped(record.groups, record: record.record)
        case .changed: .changed(record.groups, record: record.record)
        case .repeated: .repeated(of: facts.place(of: record.counterpart))
        case .rejected: .rejected
        case .older: .older(record: record.record)
        case .skipped: .skipped
        case .heldBack: .heldBack
        }
    }
}
