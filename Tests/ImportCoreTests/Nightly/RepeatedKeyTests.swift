import ImportCore
import Testing

@Suite("Records with the same key in one night")
struct RepeatedKeyTests {
    private let key = KeyFingerprint(low: 7, high: 1)
    private let entry = BaselineEntry(
        key: KeyFingerprint(low: 7, high: 1), hashes: ContentHashes(status: 1), record: RecordID(file: 0, number: 9),
        updatedAt: 50)

    private func member(
        _ ordinal: Int, status: UInt32 = 1, at time: Int64 = BaselineEntry.noTime, isValid: Bool = true
    ) -> RepeatedKey.Member {
        RepeatedKey.Member(
            ordinal: ordinal,
            record: NightRecord(
                key: key, hashes: ContentHashes(status: status), updatedAt: time,
                standing: isValid ? .new : .rejected))
    }

    private func settled(
        _ members: [RepeatedKey.Member], _ duplicates: Plan.DuplicateKeys, entry: BaselineEntry? = nil
    ) -> [NightRecord] {
        var members = members
        RepeatedKey(terms: .sample(duplicates: duplicates)).settle(&members, entry: entry.map { (4, $0) })
        return members.map(\.record)
    }

    @Test func lastByTimeCounts() {
        let records = settled([member(3, at: 10), member(5, at: 30), member(8, at: 20)], .last)
        #expect(records.map(\.standing) == [.repeated, .new, .repeated])
        #expect(records.map(\.counterpart) == [5, -1, 5])
    }

    @Test func laterRecordOfEqualTimesCounts() {
        #expect(settled([member(3, at: 10), member(5, at: 10)], .last).map(\.standing) == [.repeated, .new])
        #expect(settled([member(3), member(5)], .last).map(\.standing) == [.repeated, .new])
    }

    @Test func anyTimeIsLaterThanNone() {
        #expect(settled([member(3, at: -5), member(5)], .last).map(\.standing) == [.new, .repeated])
    }

    @Test func lastIsSoughtAmongThoseThatCanBeWritten() {
        let records = settled([member(3, at: 10), member(5, at: 30, isValid: false)], .last)
        #expect(records.map(\.standing) == [.new, .rejected])
    }

    @Test(arguments: [Plan.DuplicateKeys.first, .reject])
    func firstCountsEvenWhenItIsWrong(_ duplicates: Plan.DuplicateKeys) {
        let records = settled([member(3, isValid: false), member(5), member(8)], duplicates, entry: entry)
        #expect(records.map(\.standing) == [.rejected, .repeated, .repeated])
        #expect(records.map(\.counterpart) == [4, 3, 3])
    }

    @Test func whatWasSettledOneByOneIsSettledAnew() {
        var first = member(3, status: 1, at: 60)
        first.record.compare(with: entry, at: 4, since: nil)
        #expect(first.record.standing == .unchanged)
        let records = settled([first, member(5, status: 2, at: 70)], .last, entry: entry)
        #expect(records.map(\.standing) == [.repeated, .changed])
        #expect(records[1].groups == .status)
        #expect(records.map(\.counterpart) == [5, 4])
        #expect(records[1].record == entry.record)
    }
}

extension NightTerms {
    /// Terms of a night for tests.
    static func sample(
        duplicates: Plan.DuplicateKeys = .reject, baseline: BaselineFacts? = nil,
        options: SyncOptions = .init(export: .full),
        meaning: [String] = [], acceptsMeaning: Bool = false
    ) -> NightTerms {
        NightTerms(
            binding: .sample(meaning: meaning), baseline: baseline, options: options, duplicates: duplicates,
            acceptsMeaning: acceptsMeaning)
    }
}

extension CheckpointBinding {
    static func sample(meaning: [String] = []) -> CheckpointBinding {
        CheckpointBinding(
            planName: "acme", businessID: "b", destinationName: "sandbox", destination: "here", identity: "i",
            meaning: meaning.map { Plan.MeaningLine(text: $0, line: 1) })
    }
}
