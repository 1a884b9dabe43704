import ImportCore
import Testing

@Suite("Terms of a night")
struct NightTermsTests {
    private func baseline(meaning: [String] = []) -> BaselineFacts {
        BaselineFacts(
            runID: "r", binding: .sample(meaning: meaning), entries: 10, vanished: 0, recordsRead: 10,
            latestUpdate: 1_000_000_000)
    }

    private func entry(at time: Int64, status: UInt32 = 1) -> BaselineEntry {
        BaselineEntry(
            key: KeyFingerprint(low: 1, high: 1), hashes: ContentHashes(status: status),
            record: RecordID(file: 0, number: 1), updatedAt: time)
    }

    private func standing(_ record: Int64, _ entry: BaselineEntry, since mark: Int64?) -> NightRecord.Standing {
        var record = NightRecord(
            key: KeyFingerprint(low: 1, high: 1), hashes: ContentHashes(status: 2), updatedAt: record)
        record.compare(with: entry, at: 0, since: mark)
        return record.standing
    }

    @Test func markLiesTheOverlapBeforeTheLatestUpdate() {
        let options = SyncOptions(export: .full, overlap: 86_400)
        #expect(NightTerms.sample(baseline: baseline(), options: options).mark == 913_600_000)
        #expect(NightTerms.sample(baseline: baseline()).mark == nil)
        #expect(NightTerms.sample(options: options).mark == nil)
    }

    @Test func changedMeaningIsNotSentUnlessItIsAccepted() {
        let terms = NightTerms.sample(baseline: baseline(meaning: ["a"]), meaning: ["b"])
        #expect(terms.changesMeaning && terms.remaps)
        let accepted = NightTerms.sample(baseline: baseline(meaning: ["a"]), meaning: ["b"], acceptsMeaning: true)
        #expect(accepted.changesMeaning && !accepted.remaps)
        let same = NightTerms.sample(baseline: baseline(meaning: ["a"]), meaning: ["a"])
        #expect(!same.changesMeaning && !same.remaps)
        #expect(!NightTerms.sample(meaning: ["a"]).changesMeaning)
    }

    @Test func changedMeaningIsComparedWithAllRecords() {
        let terms = NightTerms.sample(
            baseline: baseline(meaning: ["a"]), options: SyncOptions(export: .full, overlap: 0), meaning: ["b"],
            acceptsMeaning: true)
        #expect(terms.mark == nil)
    }

    @Test func knownRecordBeforeTheMarkIsPassedOver() {
        #expect(standing(100, entry(at: 100), since: 200) == .older)
        #expect(standing(100, entry(at: 100), since: 100) == .changed)
        #expect(standing(BaselineEntry.noTime, entry(at: 100), since: 200) == .changed)
    }

    @Test func changeThatCouldNotBeWrittenIsNotPassedOver() {
        // The night that failed left the old entry with its old time.
        #expect(standing(150, entry(at: 100), since: 200) == .changed)
    }
}
