@testable import ImportCore
import FileReading
import ImportTestSupport
import Testing

@Suite struct BatchIntakeTests {
    @Test func aRepeatNamesTheFirstAcrossBatchesAndFiles() throws {
        var intake = try self.intake(.reject, files: ["a.csv", "b.csv"])
        #expect(try intake.take(batch(["1", "2"])).accepted == [0, 1])
        let second = try intake.take(batch(["3", "2"], after: 2))
        #expect(second.accepted == [0])
        #expect(second.rejected.map(\.rejection.place.record) == [4])
        #expect(second.rejected.first?.rejection.findings.first?.message == "record 2 of a.csv has the same key")
        let third = try intake.take(batch(["1", "1"], file: 1))
        #expect(third.accepted.isEmpty)
        #expect(third.rejected.map(\.index) == [0, 1])
        #expect(
            third.rejected.allSatisfy { $0.rejection.findings.first?.message == "record 1 of a.csv has the same key" })
    }

    @Test func repeatsArePassedOverWhereThePlanSaysSo() throws {
        var intake = try self.intake(.first)
        let taken = try intake.take(batch(["1", "1", "2"]))
        #expect(taken.accepted == [0, 2])
        #expect(taken.rejected.isEmpty)
        #expect(taken.skipped == [1])
        var books = Books()
        books.enter(taken)
        #expect(books.records.skipped == 1)
        #expect(books.balance)
    }

    @Test func whatIsRememberedIsRepeatedToo() throws {
        var intake = try self.intake(.reject)
        try intake.remember(batch(["1"]))
        #expect(try intake.take(batch(["1"], after: 1)).rejected.count == 1)
    }

    @Test func aRecordWithoutAKeyRepeatsNone() throws {
        var intake = try self.intake(.reject)
        let taken = try intake.take(batch(["", ""]))
        #expect(taken.rejected.map { $0.rejection.findings.map(\.code) } == [[.keyMissing], [.keyMissing]])
    }

    @Test func aFindingsOwnLineCountsInTheFile() throws {
        var intake = try self.intake(.reject)
        let tickets = [Ticket(key: "1"), Ticket(key: "2", status: "broken")]
        let taken = try intake.take(Batches.batch(tickets, after: 10))
        #expect(taken.rejected.first?.rejection.place.line == 13)
        #expect(taken.rejected.first?.rejection.findings.first?.line == 13)
    }

    @Test func aCutLeavesOutWhatIsBehindIt() throws {
        var intake = try self.intake(.first)
        var taken = try intake.take(batch(["1", "1", "2", "3"]))
        let isCut = taken.cut(toRecords: 2)
        #expect(isCut && taken.isCut)
        #expect(taken.recordCount == 2)
        #expect(taken.accepted == [0] && taken.skipped == [1])
    }

    @Test func whatIsInStaysInWhateverThePlanSays() throws {
        var intake = try self.intake(.reject)
        var taken = try intake.take(batch(["1", "1", "2"]))
        taken.accept([1])
        #expect(taken.accepted == [0, 1, 2] && taken.rejected.isEmpty)
    }

    private func batch(_ keys: [String], after record: Int = 0, file: Int = 0) -> ConversationBatch {
        Batches.batch(keys.map { Ticket(key: $0) }, after: record, file: file)
    }

    private func intake(_ duplicates: Plan.DuplicateKeys, files: [String] = ["a.csv"]) throws -> BatchIntake {
        BatchIntake(
            index: SpillingKeyIndex(folder: try TemporaryFolder().path("")), duplicates: duplicates, fileNames: files)
    }
}

@Suite struct RunFigureTests {
    @Test func aNumberOfRejectionsIsPassedByOneMore() {
        let limit = RejectionLimit(.count(2))
        #expect(!limit.isPassed(read: 5, rejected: 2, isEnd: true))
        #expect(limit.isPassed(read: 5, rejected: 3, isEnd: false))
    }

    @Test func aPercentageIsJudgedFromTheThousandthRecordOnAndAtTheEnd() {
        let limit = RejectionLimit(.percentage(5))
        #expect(!limit.isPassed(read: 999, rejected: 999, isEnd: false))
        #expect(limit.isPassed(read: 1000, rejected: 51, isEnd: false))
        #expect(!limit.isPassed(read: 1000, rejected: 50, isEnd: false))
        #expect(limit.isPassed(read: 10, rejected: 1, isEnd: true))
        #expect(!limit.isPassed(read: 0, rejected: 0, isEnd: true))
    }

    @Test func findingsAreTalliedByCodeTheMostFrequentFirst() {
        var tally = FindingTally()
        for number in 1...5 {
            tally.enter(
                Rejection(
                    place: Place(file: 0, line: number, record: number, offset: 0),
                    findings: [Finding(.keyDuplicate, "a")] + (number < 3 ? [Finding(.keyMissing, "b")] : [])))
        }
        #expect(tally.byCount.map(\.code) == [.keyDuplicate, .keyMissing])
        #expect(tally.byCount.map(\.count) == [5, 2])
        #expect(tally.byCount.first?.places.map(\.line) == [1, 2, 3])
    }

    @Test func columnsThatNoRuleNamesAreCountedByName() {
        let header = CSVHeader(names: ["id", "tag", "tag", "note"])
        var fill = ColumnFill(headers: [header])
        var records = RecordBatch(columnCount: 0)
        records.fill = [9, 3, 1, 0]
        let drafts = DraftBatch(records: records)
        fill.enter(
            ConversationBatch(
                ValidatedBatch(drafts: drafts, valid: [], findings: [], keyFingerprints: []), businessID: "",
                span: BatchSpan(start: .start, end: .start)))
        let layout = RecordLayout(columns: [FieldPath(literal: "id")])
        #expect(
            fill.unmapped(by: layout) == [
                ColumnFill.Column(name: "tag", repeats: 2, filled: 4),
                ColumnFill.Column(name: "note", repeats: 1, filled: 0),
            ])
    }

    @Test func aRunGoesOnOnlyUnderTheSameBinding() {
        let binding = CheckpointBinding(
            planName: "a", businessID: "b", destinationName: "api", destination: "d", identity: "i",
            meaning: [.init(text: "status = open", line: 4)])
        func check(acceptsMeaning: Bool = false, _ change: (inout CheckpointBinding) -> Void) -> RunError? {
            var now = binding
            change(&now)
            do throws(RunError) {
                try binding.check(now, checkpoint: "c", plan: "p", acceptsMeaning: acceptsMeaning)
                return nil
            } catch {
                return error
            }
        }
        #expect(check { _ in } == nil)
        #expect(check(acceptsMeaning: true) { $0.identity = "j" } == .otherIdentity(checkpoint: "c"))
        #expect(check { $0.businessID = "x" } == .otherIdentity(checkpoint: "c"))
        #expect(check { $0.destination = "e" } == .otherDestination(checkpoint: "c", was: "d", now: "e"))
        // A line that only moved changes nothing.
        #expect(check { $0.meaning[0].line = 9 } == nil)
        let changed = check { $0.meaning[0] = .init(text: "status = closed", line: 7) }
        #expect(
            changed
                == .changedMeaning(
                    checkpoint: "c", plan: "p", changes: ["p:7: now status = closed", "was status = open"]))
        #expect(changed?.report.status == .data)
        #expect(check(acceptsMeaning: true) { $0.meaning = [] } == nil)
    }
}
