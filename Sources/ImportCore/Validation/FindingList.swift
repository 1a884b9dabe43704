/// Collects what is wrong with the records of a batch, and puts it into one order whoever found it when.
///
/// A record that could not be read has only its reading findings. Otherwise those of mapping come first, then those of
/// validation, each in the order of the conversation's fields; and what mapping has said about a field, validation
/// does not say again.
struct FindingList {
    private enum Stage: Int { case reading, mapping, validation }

    private struct Entry {
        var index: Int
        var stage: Stage
        var rank: Int
        var finding: Finding
    }

    private struct FieldOfRecord: Hashable {
        var index: Int
        var field: String
    }

    /// Fields that are none of the conversation's own (columns of the source, messages) come last, as they were found.
    private static let ranks: [String: Int] = {
        let names = TextField.allCases.map(\.name) + ["status"] + TimeField.allCases.map(\.name)
        return Dictionary(uniqueKeysWithValues: zip(names, names.indices))
    }()

    private var entries: [Entry] = []
    private var reported: Set<FieldOfRecord> = []
    private var isUnreadable: [Bool]
    private var isInvalid: [Bool]
    /// Whatever is wrong with it: a record that is passed over is not judged.
    private let isSkipped: [Bool]

    init(_ drafts: DraftBatch) {
        isUnreadable = Array(repeating: false, count: drafts.records.records.count)
        isInvalid = isUnreadable
        isSkipped = drafts.skips.isEmpty ? isUnreadable : drafts.skips.map { $0 > 0 }
        for unreadable in drafts.records.unreadable {
            isUnreadable[unreadable.index] = true
            append(unreadable.finding, at: unreadable.index, stage: .reading)
        }
        for found in drafts.findings where !isUnreadable[found.index] && !isSkipped[found.index] {
            append(found.finding, at: found.index, stage: .mapping)
            if let field = found.finding.field { reported.insert(FieldOfRecord(index: found.index, field: field)) }
        }
    }

    /// Adds a finding of validation.
    mutating func append(_ finding: Finding, at index: Int) {
        guard !isUnreadable[index], !isSkipped[index] else { return }
        if let field = finding.field, reported.contains(FieldOfRecord(index: index, field: field)) { return }
        append(finding, at: index, stage: .validation)
    }

    private mutating func append(_ finding: Finding, at index: Int, stage: Stage) {
        isInvalid[index] = true
        let rank = finding.field.flatMap { Self.ranks[$0] } ?? .max
        entries.append(Entry(index: index, stage: stage, rank: rank, finding: finding))
    }

    var valid: [Int] { isInvalid.indices.filter { !isInvalid[$0] && !isSkipped[$0] } }

    var findings: [BatchFinding] {
        // Swift's sort has been stable since 5.0, but does not promise it: the position decides last.
        entries.enumerated().sorted { left, right in
            (left.element.index, left.element.stage.rawValue, left.element.rank, left.offset)
                < (right.element.index, right.element.stage.rawValue, right.element.rank, right.offset)
        }.map { BatchFinding(index: $0.element.index, finding: $0.element.finding) }
    }
}
